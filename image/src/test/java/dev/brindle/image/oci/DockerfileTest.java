// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DockerfileTest {

  @Test
  void itSaysAllThatTheImageSays() {
    Digest digest = Digest.of(new byte[0]);
    ImageSettings settings =
        new ImageSettings(
            "amd64",
            "2026-01-01T00:00:00Z",
            "1:2",
            List.of("/x", "a b"),
            new TreeMap<>(Map.of("PATH", "/usr/bin")),
            new TreeMap<>(Map.of("title", "a \"b\"")));
    assertThat(
            Dockerfile.text(
                settings,
                "layers",
                List.of(
                    new Layer(
                        Path.of("/y/base.tar.gz"), Layer.GZIP, 1, digest, digest, "the base"))))
        .isEqualTo(
            """
            # Made by the build of the image: docs/image.md
            FROM scratch
            # the base
            ADD layers/base.tar.gz /
            ENV PATH="/usr/bin"
            LABEL title="a \\"b\\""
            USER 1:2
            WORKDIR /
            ENTRYPOINT ["/x", "a b"]
            """);
  }
}
