// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeLibraryTest {

  @TempDir private Path directory;

  @Test
  void isUnpackedWhereItIsWantedAndNothingElseIs() throws Exception {
    Path place = directory.resolve("store.db-native");

    NativeLibrary.unpack(place, "lib.so");

    assertThat(place.resolve("lib.so")).isNotEmptyFile();
    try (Stream<Path> files = Files.list(place)) {
      assertThat(files).hasSize(1);
    }
  }

  /// The first store of a process says which; here that may be another test's.
  @Test
  void aStoreTakesTheDriverToIt() {
    EmbeddedDatastore.open(directory.resolve("store.db")).close();

    assertThat(System.getProperty("org.sqlite.lib.path")).endsWith("-native");
    assertThat(System.getProperty("org.sqlite.lib.name")).startsWith("libsqlitejdbc-");
  }
}
