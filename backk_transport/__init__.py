"""Calls that do not come by HTTP: messages, schedules, sagas and subscriptions."""
