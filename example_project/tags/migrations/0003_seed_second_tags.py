"""The second tags that every marketplace starts with."""

from typing import Any

from django.db import migrations


def seed(apps: Any, _: Any) -> None:
    tag = apps.get_model("tags", "Tag")
    tag.objects.bulk_create([tag(name="tag 2.1"), tag(name="tag 2.2")])


class Migration(migrations.Migration):
    dependencies = [("tags", "0002_seed_first_tags")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
