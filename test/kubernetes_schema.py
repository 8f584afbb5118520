"""Says what the Kubernetes API does not know in manifests: unknown keys, wrong types, missing fields, values out of their range.

The API's description is the client that Debian packages (python3-kubernetes): classes made from its OpenAPI document.
"""
import re
import sys

import yaml
from kubernetes.client import models

PLAIN = {"str": str, "int": int, "bool": bool, "float": (int, float)}
problems = []


def class_of(manifest):
    """apps/v1 Deployment is V1Deployment, batch/v1beta1 CronJob is V1beta1CronJob."""
    version = manifest["apiVersion"].split("/")[-1]
    return version[0].upper() + version[1:] + manifest["kind"]


def check(value, kind, where):
    listed = re.fullmatch(r"list\[(.*)\]", kind)
    mapped = re.fullmatch(r"dict\(str, (.*)\)", kind)
    if listed and isinstance(value, list):
        for number, one in enumerate(value):
            check(one, listed[1], f"{where}[{number}]")
    elif mapped and isinstance(value, dict):
        for key, one in value.items():
            check(one, mapped[1], f"{where}.{key}")
    elif kind in PLAIN:
        if not isinstance(value, PLAIN[kind]) or (isinstance(value, bool) and kind != "bool"):
            problems.append(f"{where}: {value!r} is no {kind}")
    elif hasattr(models, kind) and isinstance(value, dict):
        check_object(value, getattr(models, kind), where)
    elif kind != "object":
        problems.append(f"{where}: {value!r} is no {kind}")


def check_object(value, model, where):
    names = {key: name for name, key in model.attribute_map.items()}
    for key in value.keys() - names.keys():
        problems.append(f"{where}.{key}: there is no such key in {model.__name__}")
    known = {key: one for key, one in value.items() if key in names}
    try:
        model(**{names[key]: one for key, one in known.items()})
    except ValueError as wrong:
        problems.append(f"{where}: {wrong}")
    for key, one in known.items():
        check(one, model.openapi_types[names[key]], f"{where}.{key}")


for manifest in yaml.safe_load_all(sys.stdin):
    check(manifest, class_of(manifest), manifest["kind"])
print("\n".join(problems) or "the API knows all of it")
sys.exit(bool(problems))
