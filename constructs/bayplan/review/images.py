"""Which images take the place of which."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.pointer import step
from bayplan.review.review import Image
from bayplan.review.values.image_name import age, is_major, named
from bayplan.validation.changes import is_left_alone
from bayplan.validation.fields import is_variable, mappings_at, text_at
from bayplan.validation.rules.security.image_has_no_digest import FILLED_BY_INJECTION, MOVING
from bayplan.validation.schema.library import core_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison
    from bayplan.validation.world import World


ALONE = "it does not arrive: Flux leaves the object alone"


class Use(NamedTuple):
    """An image that an object names."""

    image: str
    pointer: str
    role: str
    """`init`, `sidecar`, `volume`; "" for a container or what is like one."""


def images(comparison: Comparison) -> Iterator[Image]:
    """Every container whose image is another, one that is new, and one that is gone."""
    came_for = {id(after): before for before, after in comparison.renamed}
    left = {id(before) for before, _ in comparison.renamed}
    for manifest in comparison.added:
        before = came_for.get(id(manifest))
        yield from replaced(comparison, uses(comparison.base, before) if before else {}, manifest)
    for pair in comparison.changed:
        yield from replaced(comparison, uses(comparison.base, pair.before), pair.after)
    for manifest in comparison.removed:
        if id(manifest) not in left:
            for name, use in uses(comparison.base, manifest).items():
                yield image(comparison, manifest, name, use, None)


def replaced(comparison: Comparison, was: dict[str, Use], after: Manifest) -> Iterator[Image]:
    """The images of one object, then and now."""
    now = uses(comparison.head, after)
    for name in [*now, *(name for name in was if name not in now)]:
        old, new = was.get(name), now.get(name)
        if (old and old.image) != (new and new.image):
            yield image(comparison, after, name, old, new)


def image(comparison: Comparison, manifest: Manifest, name: str, old: Use | None, new: Use | None) -> Image:
    """One container."""
    here = new or old
    late = [ALONE] if new and old and is_left_alone(manifest) else []
    return Image(
        cluster=comparison.name,
        ref=manifest.ref,
        container=name,
        before=old.image if old else "",
        after=new.image if new else "",
        pointer=here.pointer if here else "",
        origin=manifest.origin,
        is_pinned=new is None or "@" in new.image or is_open(new.image),
        says=", ".join([*remarks(old, new), *late]),
    )


def uses(world: World, manifest: Manifest) -> dict[str, Use]:
    """Containers of the pods that an object makes, by name; and what else it names that is an image."""
    found: dict[str, Use] = {}
    pods = world.pods.made_by(manifest)
    for pod in pods:
        for container in pod.containers:
            said = text_at(container.body, "image")
            if said:
                role = container.role if container.role != "container" else ""
                name = f"{pod.role}/{container.name}" if pod.role and len(pods) > 1 else container.name
                found[name] = Use(said, f"{container.pointer}/image", role)
        for index, body in mappings_at(pod.spec, "ephemeralContainers"):
            found[text_at(body, "name")] = Use(
                text_at(body, "image"), f"{pod.pointer}/ephemeralContainers/{index}/image", "debugging"
            )
        for index, body in mappings_at(pod.spec, "volumes"):
            if said := text_at(body, "image", "reference"):
                where = f"{pod.pointer}/volumes/{index}/image/reference"
                found[f"volume {text_at(body, 'name')}"] = Use(said, where, "volume")
    if manifest.ref.group not in core_kinds():
        known = {use.pointer for use in found.values()}
        found |= {
            name: use for name, use in elsewhere(manifest.body.get("spec"), "/spec", "") if use.pointer not in known
        }
    return found


def elsewhere(value: object, pointer: str, path: str) -> Iterator[tuple[str, Use]]:
    """Fields of other kinds that name images: `image`, `proxyImage`, or a repository with its tag."""
    if isinstance(value, dict):
        repository, tag = value.get("repository"), value.get("tag")
        if isinstance(repository, str) and isinstance(tag, str | int) and path.lower().endswith("image"):
            registry = text_at(value, "registry")
            digest = text_at(value, "digest")
            name = "/".join(one for one in (registry, repository) if one) + f":{tag}" + (f"@{digest}" if digest else "")
            yield path, Use(name, step(pointer, "tag"), "")
            return
        for key, item in value.items():
            yield from elsewhere(item, step(pointer, str(key)), f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            name = text_at(item, "name") or str(index)
            yield from elsewhere(item, f"{pointer}/{index}", f"{path}[{name}]")
    elif isinstance(value, str) and path.lower().endswith("image") and value and " " not in value:
        yield path.removesuffix(".image"), Use(value, pointer, "")


def remarks(old: Use | None, new: Use | None) -> Iterator[str]:
    """What a person should know beyond from and to."""
    role = (new or old or Use("", "", "")).role
    if old is None or new is None:
        what = f"{role} image" if role == "volume" else f"{role} container".lstrip()
        yield f"{'a new' if new else 'no longer a'} {what}"
    if new is not None and not is_open(new.image):
        if old is not None and not is_open(old.image):
            yield from steps(old.image, new.image)
        name = named(new.image)
        if not name.digest and name.tag in MOVING:
            what = f"the tag {name.tag}" if name.tag else "no tag"
            yield f"{what}: what runs is what the registry has when a node pulls it"


def is_open(image: str) -> bool:
    """Whether somebody else fills it in."""
    return is_variable(image) or image == FILLED_BY_INJECTION


def steps(before: str, after: str) -> Iterator[str]:
    """What the step from one name to another is."""
    old, new = named(before), named(after)
    if old.digest and old.digest == new.digest:
        yield "the same image under another name"
        return
    if old == new:
        yield "the same image in another spelling"
        return
    if (old.registry, old.repository) == (new.registry, new.repository):
        yield from versions(old.tag, new.tag, old.digest, new.digest)
    elif old.repository == new.repository:
        yield f"from another registry: {new.registry}"
    else:
        yield "another image altogether"
    if old.digest and not new.digest:
        yield "no longer pinned by a digest"


def versions(before: str, after: str, old: str, new: str) -> Iterator[str]:
    """Two versions of one image."""
    if before == after:
        if old and new:
            moved = "the same tag with another digest: the tag was moved"
            yield moved if before else "another digest, and no tag that says which version it is"
        elif new:
            yield "now pinned by a digest, which may be what has been running"
        return
    if age(before, after) < 0:
        yield "an older version"
    elif is_major(before, after) and age(before, after) > 0:
        yield "a new major version"
