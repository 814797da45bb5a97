"""Django REST framework: a model serializer, generic views, validated paging; JSON is its only renderer and parser."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from rest_framework import generics, serializers

from benchmarks.peers.django_peers.models import SalesItem


class SalesItemSerializer(serializers.ModelSerializer[SalesItem]):
    _id = serializers.CharField(source="id", read_only=True)

    class Meta:
        model = SalesItem
        fields = ["_id", "name", "price"]


class PageSerializer(serializers.Serializer[Any]):
    page_number = serializers.IntegerField(min_value=1, max_value=100, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=100, default=50)


class SalesItemList(generics.ListCreateAPIView[SalesItem]):
    serializer_class = SalesItemSerializer

    def get_queryset(self) -> QuerySet[SalesItem]:
        # DRF's paginators count all rows or build links; no other peer does, so the page is cut by hand.
        page = PageSerializer(data=self.request.query_params)
        page.is_valid(raise_exception=True)
        size = page.validated_data["page_size"]
        start = (page.validated_data["page_number"] - 1) * size
        return SalesItem.objects.order_by("id")[start : start + size]


class SalesItemDetail(generics.RetrieveAPIView[SalesItem]):
    queryset = SalesItem.objects.all()
    serializer_class = SalesItemSerializer


urlpatterns = [
    path("sales-items/", SalesItemList.as_view()),
    path("sales-items/<int:pk>/", SalesItemDetail.as_view()),
]
