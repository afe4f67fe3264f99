// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildOptionsTest {

  @TempDir Path directory;

  private List<String> words() {
    return new ArrayList<>(
        List.of(
            "sources=" + directory,
            "libraries=" + directory,
            "bill=" + directory.resolve("maven.cdx.json"),
            "output=" + directory,
            "version=1",
            "suite=trixie",
            "base="));
  }

  private static String refused(List<String> words) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> BuildOptions.parse(words)).getMessage());
  }

  @Test
  void takesWhatMavenWrote() throws IOException {
    Path bill = Files.writeString(directory.resolve("maven.cdx.json"), "{}");

    assertEquals(bill.toAbsolutePath(), BuildOptions.parse(words()).bill());
  }

  @Test
  void saysWhyThereIsNoListOfLibraries() {
    String message = refused(words());

    assertTrue(message.contains(directory.resolve("maven.cdx.json").toString()), message);
    assertTrue(message.contains("without -o"), message);
  }

  @Test
  void namesAWordThatItDoesNotKnow() {
    List<String> words = words();
    words.add("colour=red");

    assertTrue(refused(words).startsWith("'colour=red': expected NAME=VALUE with one of [aot, "));
  }

  @Test
  void namesAWordThatIsMissing() throws IOException {
    Files.writeString(directory.resolve("maven.cdx.json"), "{}");
    List<String> words = words();
    words.removeIf(word -> word.startsWith("suite="));

    assertEquals("suite=... is missing", refused(words));
  }
}
