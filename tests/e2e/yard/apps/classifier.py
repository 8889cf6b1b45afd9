"""The platform's first app: tells what is on a picture.

Everything that is not said here has a careful default; hover over a word in your editor to read what it does.
"""

from bayplan import App, Autoscale, Expose, ModelServer, Resources

IMAGE = "registry.example.com/vision/classifier:v1"
DIGEST = "sha256:d0198420e3c8f1fd6d8dcee57caff4495c87f7c0015ac84da95e1ac65d148c77"

app = App(
    name="classifier",
    team="vision",
    workloads=[
        ModelServer(
            name="classifier",
            image=f"{IMAGE}@{DIGEST}",  # the digest pins what runs, whoever moves the tag
            port=8080,
            resources=Resources(cpu="500m", cpu_limit="1", memory="256Mi", memory_limit="512Mi"),
            autoscale=Autoscale(min=3, max=12, cpu="70%"),  # 3 are always paid for, 12 must always fit
            expose=Expose(host="classifier.example.com"),  # HTTPS; plain HTTP is sent there
        ),
    ],
)
