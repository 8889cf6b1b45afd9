# ruff: noqa: E501 - one row a mistake reads best
from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from bayplan.spec.amount import canonical, mebibytes, millicores, parse, whole_mebibytes
from bayplan.spec.quantity import CpuText, MemoryText, PercentText

INT64_MAX = 2**63 - 1

# cases of TestQuantityParse in k8s.io/apimachinery/pkg/api/resource/quantity_test.go
KUBERNETES = {
    "0": 0, "0n": 0, "0Ki": 0, "1": 1, "1Ki": 1024, "7Mi": 7 * 2**20, "6Gi": 6 * 2**30, "5Ti": 5 * 2**40,
    "4Pi": 4 * 2**50, "3Ei": 3 * 2**60, "5n": Fraction(5, 10**9), "4u": Fraction(4, 10**6), "3m": Fraction(3, 1000),
    "8k": 8000, "7M": 7 * 10**6, "6G": 6 * 10**9, "5T": 5 * 10**12, "2P": 2 * 10**15, "1E": 10**18,
    "1E-3": Fraction(1, 1000), "1e3": 1000, "1E6": 10**6, "1.3E+6": 1300000, "100.035k": 100035,
    "0.0005k": Fraction(1, 2), ".001": Fraction(1, 1000), "1.": 1, "1.G": 10**9, "0.5e-1": Fraction(1, 20),
    "3.001n": Fraction(4, 10**9), "1.1E-9": Fraction(2, 10**9), "0.0000000001": Fraction(1, 10**9),
    "0.00000012345": Fraction(124, 10**9), "9Ei": INT64_MAX, "9223372036854775807Ki": INT64_MAX, "12E": 12 * 10**18,
    "100.035Ki": Fraction(10243584, 100), "0.5Mi": 2**19, "0.000000000001Ki": Fraction(2, 10**9), "-1.5Gi": -3 * 2**29,
    "128974848": 128974848,
}  # fmt: skip


@pytest.mark.parametrize(("text", "amount"), KUBERNETES.items())
def test_amounts_are_read_as_kubernetes_reads_them(text: str, amount: Fraction) -> None:
    assert parse(text) == amount


@pytest.mark.parametrize("text", ["", "1e", "1 Gi", "1gi", "1mi", "1.1.M", "1+1.0M", "0.1mi", "0.1am", "aoeu", ".5i", "1i", "-3.01i", "1KiB", "--1", "1e3.5", "Ki", "٣"])  # fmt: skip
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no amount"):
        parse(text)


def test_an_exponent_that_would_eat_all_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="exponent"):
        parse("1e999999999")


AMOUNTS = st.from_regex(r"[+-]?[0-9]{1,12}(\.[0-9]{0,12})?(n|u|m||k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[+-]?[0-9]{1,2})", fullmatch=True)  # fmt: skip


@given(AMOUNTS)
def test_the_canonical_text_says_the_same(text: str) -> None:
    assert parse(canonical(text)) == parse(text)


@given(AMOUNTS)
def test_a_canonical_text_is_its_own_canonical_text(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1.5Gi", "1536Mi"),
        ("1024Mi", "1Gi"),
        ("512Mi", "512Mi"),
        (128974848, "128974848"),
        ("1e3", "1k"),
        ("0.5G", "500M"),
    ],
)
def test_memory_is_kept_in_canonical_text(written: object, kept: str) -> None:
    assert TypeAdapter(MemoryText).validate_python(written) == kept


@pytest.mark.parametrize(("written", "kept"), [(0.5, "500m"), (2, "2"), ("2000m", "2"), ("0.25", "250m"), ("1k", "1k")])
def test_cpu_is_kept_in_canonical_text(written: object, kept: str) -> None:
    assert TypeAdapter(CpuText).validate_python(written) == kept


@pytest.mark.parametrize(
    ("kind", "written", "words"),
    [
        (CpuText, "-1", "is negative"),
        (CpuText, "0.0005", "finer than a thousandth"),
        (CpuText, "100n", "finer than a thousandth"),
        (CpuText, "10E", "more than Kubernetes can count"),
        (CpuText, True, "is no amount"),
        (CpuText, float("nan"), "is no amount"),
        (MemoryText, "0.5", "whole number of bytes"),
        (MemoryText, "100m", "did you mean \"100Mi\""),
        (MemoryText, "8Ei", "more bytes"),
        (MemoryText, "9223372036854775808", "more bytes"),
        (MemoryText, "256Mb", 'did you mean "256M"'),
        (MemoryText, "1.5 gib", 'did you mean "1.5Gi"'),
        (MemoryText, "10KB", 'did you mean "10k"'),
        (MemoryText, "much", "units are m, k, M"),
        (PercentText, "0%", "no share"),
        (PercentText, "101%", "no share"),
        (PercentText, 70, "no share"),
        (PercentText, "70", "no share"),
    ],
)  # fmt: skip
def test_amounts_that_cannot_be_are_refused(kind: type[str], written: object, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        TypeAdapter(kind).validate_python(written)


def test_what_is_needed_is_rounded_up_and_what_is_there_down() -> None:
    assert (mebibytes("1G"), whole_mebibytes("1G")) == (954, 953)
    assert millicores("1500u") == 2
