// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabLockTest {

  @TempDir private Path home;

  @Test
  void theLastCommandTakesWhatTheFirstMade() throws Exception {
    Path lab = home.resolve(".local/state/brindle-lab");
    try (LabLock up = LabLock.take(lab)) {
      up.makeDirectory();
      Files.writeString(lab.resolve("node1.log"), "text");
    }
    assertThat(lab.getParent()).isDirectoryNotContaining("glob:**.lock");

    try (LabLock down = LabLock.take(lab)) {
      down.deleteDirectory();
    }

    assertThat(home).isEmptyDirectory();
  }

  @Test
  void directoriesThatWereThereOrAreInUseStay() throws Exception {
    Path lab = home.resolve(".local/state/brindle-lab");
    Files.createDirectory(home.resolve(".local"));
    try (LabLock up = LabLock.take(lab)) {
      up.makeDirectory();
    }
    try (LabLock down = LabLock.take(lab)) {
      down.deleteDirectory();
    }
    assertThat(home.resolve(".local")).isEmptyDirectory();

    try (LabLock up = LabLock.take(lab)) {
      up.makeDirectory();
    }
    Files.createDirectory(lab.resolveSibling("other"));
    try (LabLock down = LabLock.take(lab)) {
      down.deleteDirectory();
    }
    assertThat(lab.getParent()).isDirectoryContaining("glob:**/other");
    assertThat(lab).doesNotExist();
  }

  /// As it would be deleted by a file that somebody else wrote.
  @Test
  void onlyTheLabsOwnAncestorsGo() throws Exception {
    Path lab = home.resolve("state/brindle-lab");
    Path strange = Files.createDirectory(home.resolve("strange"));
    try (LabLock up = LabLock.take(lab)) {
      up.makeDirectory();
      Files.writeString(lab.resolve("made"), strange + "\n");
    }
    try (LabLock down = LabLock.take(lab)) {
      down.deleteDirectory();
    }
    assertThat(strange).exists();
  }

  @Test
  void noPlaceForFilesIsSaidWithTheCure() throws Exception {
    Path file = Files.createFile(home.resolve("file"));
    assertThatThrownBy(() -> LabLock.take(file.resolve("brindle-lab")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("set XDG_STATE_HOME");
  }
}
