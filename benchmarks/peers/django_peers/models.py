"""The sales item as the Django peers know it."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models


class SalesItem(models.Model):
    name = models.CharField(max_length=128, validators=[RegexValidator(r"\A[\x00-\x7f]*\Z", "Enter only ASCII.")])
    price = models.FloatField(validators=[MinValueValidator(0), MaxValueValidator(1_000_000_000)])

    class Meta:
        db_table = "sales_item"
