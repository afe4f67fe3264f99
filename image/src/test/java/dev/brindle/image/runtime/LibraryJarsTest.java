// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.image.Architecture;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryJarsTest {

  @TempDir private Path directory;
  private Path out;
  private Path natives;

  @BeforeEach
  void make() throws IOException {
    out = Files.createDirectories(directory.resolve("out"));
    natives = Files.createDirectories(directory.resolve("native"));
  }

  @Test
  void nativesOfTheMachineLieBesideAndOthersAreGone() throws IOException {
    Path jar =
        jar(
            "sqlite.jar",
            "org/sqlite/X.class",
            "org/sqlite/native/Linux/x86_64/libsqlitejdbc.so",
            "org/sqlite/native/Linux/aarch64/libsqlitejdbc.so",
            "org/sqlite/native/Mac/x86_64/libsqlitejdbc.dylib");
    jars(Architecture.ARM64).add(jar);
    try (ZipFile zip = new ZipFile(out.resolve("sqlite.jar").toFile())) {
      assertThat(zip.stream().map(ZipEntry::getName)).containsExactly("org/sqlite/X.class");
    }
    assertThat(natives.resolve("libsqlitejdbc.so"))
        .hasContent("org/sqlite/native/Linux/aarch64/libsqlitejdbc.so");
  }

  @Test
  void itIsDoneTheSameAgain() throws IOException {
    Path jar = jar("a.jar", "X.class", "jni/x86_64-Linux/libjffi-1.2.so");
    jars(Architecture.AMD64).add(jar);
    byte[] first = Files.readAllBytes(out.resolve("a.jar"));
    Files.delete(out.resolve("a.jar"));
    jars(Architecture.AMD64).add(jar);
    assertThat(out.resolve("a.jar")).hasBinaryContent(first);
  }

  @Test
  void othersStayAsTheyAre() throws IOException {
    Path jar = jar("plain.jar", "X.class", "text.txt");
    jars(Architecture.AMD64).add(jar);
    assertThat(out.resolve("plain.jar")).hasSameBinaryContentAs(jar);
  }

  @Test
  void aJarOfNothingButNativesIsLeftOut() throws IOException {
    jars(Architecture.AMD64).add(jar("n.jar", "META-INF/native/libnetty_x_x86_64.so"));
    assertThat(out.resolve("n.jar")).doesNotExist();
    assertThat(natives.resolve("libnetty_x_x86_64.so")).exists();
  }

  @Test
  void aNativeThatIsMissingIsNamed() {
    assertThatThrownBy(() -> jars(Architecture.ARM64).check())
        .hasMessageContaining("no jar has libjffi-1.2.so for linux on aarch64");
  }

  private LibraryJars jars(Architecture architecture) {
    return new LibraryJars(architecture, out, natives);
  }

  private Path jar(String name, String... entries) throws IOException {
    Path jar = directory.resolve(name);
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      for (String entry : List.of(entries)) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(entry.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return jar;
  }
}
