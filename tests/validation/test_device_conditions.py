"""Conditions on devices: the real API server 1.37 was asked about each of them, in dry run."""

from __future__ import annotations

import pytest

from bayplan.validation.cel.device import wrong_with

ATTRIBUTES, CAPACITY = "device.attributes['gpu.nvidia.com']", "device.capacity['gpu.nvidia.com']"
TAKEN = [
    "device.driver == 'gpu.nvidia.com'",
    f"{ATTRIBUTES}.type == 3",
    f"{ATTRIBUTES}.index > 3",
    f"{ATTRIBUTES}.type",
    f"{ATTRIBUTES}.type == null",
    f"{ATTRIBUTES}.?type.orValue('') == 'gpu'",
    f"{ATTRIBUTES}.driverVersion.compareTo(semver('1.0.0')) >= 0",
    f"{ATTRIBUTES}.productName.lowerAscii().matches('^.*a100.*$')",
    f"{CAPACITY}.memory.compareTo(quantity('40Gi')) >= 0",
    f"{CAPACITY}.memory == quantity('40Gi')",
    f"has({ATTRIBUTES}.type)",
    f"cel.bind(own, {ATTRIBUTES}, own.type == 'gpu')",
    "'gpu.nvidia.com' in device.attributes",
    "device.attributes.all(domain, domain.startsWith('gpu'))",
    "device.attributes == device.capacity",
    "device.allowMultipleAllocations",
    "dyn(1) == 'a'",
    "[1, 2].exists(x, x == 1)",
]
REFUSED = [
    ("device.driver", "gives a text, not true or false"),
    (f"{CAPACITY}.memory", "gives an amount"),
    (f"{CAPACITY}.memory >= quantity('40Gi')", ">= compares no amounts: write a.compareTo(b) >= 0"),
    (f"{CAPACITY}.memory == '40Gi'", "compares an amount with a text"),
    (f"{CAPACITY}.memory.compareTo(quantity('40Gi'))", "gives a number"),
    ("semver('1.0.0') < semver('2.0.0')", "< compares no versions"),
    ("device.name == 'gpu-0'", "a device has no name; it has driver, attributes, capacity, allowMultipleAllocations"),
    ("attributes['x'].y == 'z'", "names attributes; there is device"),
    ("[1, 2].exists(x, y == 1)", "names y; there is device, x"),
    ("device.driver == 3", "compares a text with a number"),
    ("!device.driver", "! takes true or false, not a text"),
    ("true && 'a'", "&& takes true or false, not a text"),
    (f"{ATTRIBUTES}.type == 'gpu' ? 1 : 2", "gives a number"),
    ("device.driver.lowerASCII() == 'a'", "calls lowerASCII(), which there is not"),
    ("null", "gives a null"),
]


@pytest.mark.parametrize("text", TAKEN)
def test_what_the_server_takes_is_good(text: str) -> None:
    assert wrong_with(text) == ""


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_what_the_server_refuses_is_said(text: str, why: str) -> None:
    assert why in wrong_with(text)
