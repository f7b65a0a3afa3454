from django.apps import AppConfig


class KernelDbConfig(AppConfig):
    name = "kernel.db"
    label = "kernel_db"
