// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerTest {

  private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);

  @TempDir private Path directory;

  @Test
  void twoOfTheSameFilesAreTheSame() throws IOException {
    Path one = source("one", Instant.now());
    Path other = source("other", TIME.minusSeconds(5));
    Layer first = layer(new FileTree().copy(one, "opt/x").link("l", "opt/x"), "1");
    Layer second = layer(new FileTree().link("l", "opt/x").copy(other, "opt/x"), "2");
    assertThat(second.digest()).isEqualTo(first.digest());
    assertThat(second.diffId()).isEqualTo(first.diffId());
    assertThat(second.file()).hasSameBinaryContentAs(first.file());
  }

  @Test
  void digestsAreThoseOfFileAndTar() throws IOException {
    Layer layer = layer(new FileTree().file("a", Content.of("text")), "1");
    assertThat(layer.digest()).isEqualTo(Digest.of(layer.file()));
    try (InputStream plain = new GZIPInputStream(Files.newInputStream(layer.file()))) {
      assertThat(layer.diffId()).isEqualTo(Digest.of(plain.readAllBytes()));
    }
    assertThat(layer.size()).isEqualTo(Files.size(layer.file()));
  }

  @Test
  void directoriesComeBeforeWhatIsInThemAndAllIsRoots() throws IOException {
    Layer layer = layer(new FileTree().program("usr/bin/x", Content.of("x")), "1");
    List<String> names = new ArrayList<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(layer.file())))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        names.add("%s %o".formatted(entry.getName(), entry.getMode()));
        assertThat(entry.getLongUserId() + entry.getLongGroupId()).isZero();
        assertThat(entry.getLastModifiedTime()).isEqualTo(FileTime.from(TIME));
      }
    }
    assertThat(names).containsExactly("usr/ 755", "usr/bin/ 755", "usr/bin/x 755");
  }

  @Test
  void nothingIsSetUserId() {
    FileTree tree = new FileTree().file("x", 04755, Content.of(""));
    assertThat(tree.entries().get("x"))
        .isInstanceOfSatisfying(
            FileTree.Regular.class, file -> assertThat(file.mode()).isEqualTo(0755));
  }

  @Test
  void pathsStayInTheImage() {
    FileTree tree = new FileTree();
    for (String path : List.of("/etc/x", "a/../../x", "")) {
      assertThatThrownBy(() -> tree.file(path, Content.of("")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no path in a layer");
    }
  }

  private Layer layer(FileTree tree, String name) throws IOException {
    return Layer.write(tree, TIME, directory.resolve(name + ".tar.gz"), "a test");
  }

  private Path source(String name, Instant time) throws IOException {
    Path source = directory.resolve(name);
    Files.createDirectories(source.resolve("below"));
    Path file = Files.writeString(source.resolve("below/file"), "content");
    Files.setLastModifiedTime(file, FileTime.from(time));
    return source;
  }
}
