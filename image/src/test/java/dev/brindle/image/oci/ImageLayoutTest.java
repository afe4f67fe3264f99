// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.image.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageLayoutTest {

  private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);
  private static final ImageSettings SETTINGS =
      new ImageSettings(
          "amd64",
          TIME.toString(),
          "65532:65532",
          List.of("/x"),
          new TreeMap<>(Map.of("PATH", "/usr/bin")),
          new TreeMap<>(Map.of("org.opencontainers.image.title", "X")));

  @TempDir private Path directory;

  @Test
  void anImageIsABaseForAnother() throws Exception {
    Layer lower = layer("lower");
    BaseImage base = read(write(new ImageLayout(SETTINGS, BaseImage.NONE, List.of(lower)), "1"));
    assertThat(base.layers()).extracting(Layer::diffId).containsExactly(lower.diffId());
    assertThat(base.environment()).containsExactly("PATH=/usr/bin");

    Layer upper = layer("upper");
    BaseImage whole = read(write(new ImageLayout(SETTINGS, base, List.of(upper)), "2"));
    assertThat(whole.layers())
        .extracting(Layer::digest)
        .containsExactly(lower.digest(), upper.digest());
    assertThat(whole.history()).hasSize(2);
  }

  @Test
  void theSameLayersGiveTheSameImage() throws Exception {
    ImageLayout layout = new ImageLayout(SETTINGS, BaseImage.NONE, List.of(layer("a")));
    Path one = directory.resolve("one.tar");
    Path other = directory.resolve("other.tar");
    assertThat(layout.write(one, "docker.io/x/x:1", TIME))
        .isEqualTo(layout.write(other, "docker.io/x/x:1", TIME));
    assertThat(one).hasSameBinaryContentAs(other);
  }

  @Test
  void aBaseForAnotherMachineIsRefused() throws Exception {
    Path layout = write(new ImageLayout(SETTINGS, BaseImage.NONE, List.of(layer("a"))), "1");
    assertThatThrownBy(() -> BaseImage.read(layout, "arm64"))
        .hasMessageContaining("none of its images is for linux/arm64");
  }

  @Test
  void aDamagedBaseIsRefused() throws Exception {
    Layer layer = layer("a");
    Path layout = write(new ImageLayout(SETTINGS, BaseImage.NONE, List.of(layer)), "1");
    Path blob = layout.resolve("blobs/sha256").resolve(layer.digest().hex());
    Files.writeString(blob, "something else");
    assertThatThrownBy(() -> read(layout)).hasMessageContaining("has the digest");
    Files.delete(blob);
    assertThatThrownBy(() -> read(layout)).hasMessageContaining("is not there");
    try (Stream<Path> files = Files.list(layout)) {
      assertThat(files).isNotEmpty();
    }
    assertThatThrownBy(() -> read(directory)).hasMessageContaining("no OCI image layout");
  }

  private static BaseImage read(Path layout) throws IOException {
    return BaseImage.read(layout, "amd64");
  }

  private Path write(ImageLayout layout, String name) throws Exception {
    Path tar = directory.resolve(name + ".tar");
    layout.write(tar, "docker.io/x/x:1", TIME);
    Path unpacked = Files.createDirectories(directory.resolve(name));
    Commands.run(unpacked, Map.of(), List.of("tar", "-xf", tar.toString()));
    return unpacked;
  }

  private Layer layer(String content) throws IOException {
    return Layer.write(
        new FileTree().file(content, Content.of(content)),
        TIME,
        directory.resolve(content + ".tar.gz"),
        "a test");
  }
}
