// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What is checked in is what the source says. `-Dgolden.update=true` writes it anew.
class ManifestFilesTest {

  private static Map<String, String> all() {
    Installation.Sources sources = Checkout.sources();
    Map<String, String> files = new TreeMap<>();
    for (Flavour flavour : Flavour.values()) {
      files.put(flavour.file(), Installation.file(flavour, sources));
    }
    files.putAll(Kustomization.files(sources));
    files.putAll(Chart.files(sources));
    return files;
  }

  @Test
  void theFilesAreWhatTheSourceSays() throws IOException {
    for (var file : all().entrySet()) {
      Path path = Checkout.DIRECTORY.resolve(file.getKey());
      if (Boolean.getBoolean("golden.update")) {
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
      assertThat(path).as(file.getKey()).hasContent(file.getValue());
    }
  }

  @Test
  void nothingElseLiesAround() throws IOException {
    for (String directory : new String[] {"helm", "kustomize"}) {
      try (Stream<Path> found = Files.walk(Checkout.DIRECTORY.resolve(directory))) {
        Set<String> there =
            found
                .filter(Files::isRegularFile)
                .map(path -> Checkout.DIRECTORY.relativize(path).toString())
                .collect(Collectors.toSet());
        Set<String> made =
            all().keySet().stream()
                .filter(name -> name.startsWith(directory + "/"))
                .collect(Collectors.toSet());
        assertThat(there).isEqualTo(made);
      }
    }
  }
}
