// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.lab.fault.Fault;
import dev.brindle.lab.topology.LabOptions;
import dev.brindle.lab.topology.OptionsParser;
import dev.brindle.lab.topology.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherWordTest {

  @TempDir private Path base;
  private Path home = Path.of("/");

  @BeforeEach
  void install() throws IOException {
    home = Files.createDirectory(base.resolve("clone"));
    Files.createFile(home.resolve("brindle"));
  }

  @Test
  void inTheClone() {
    assertThat(LauncherWord.from("/usr/bin:/bin", home, home)).isEqualTo("./brindle");
    assertThat(LauncherWord.from("", home, base.resolve("clone/../clone"))).isEqualTo("./brindle");
  }

  @Test
  void elsewhere() {
    assertThat(LauncherWord.from("/usr/bin:/bin", home, base)).isEqualTo(home + "/brindle");
  }

  @Test
  void onThePathItNeedsNoDirectory() throws IOException {
    Path bin = Files.createDirectory(base.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("brindle"), home.resolve("brindle"));

    assertThat(LauncherWord.from("/usr/bin::" + bin, home, home)).isEqualTo("brindle");
    assertThat(LauncherWord.from("/usr/bin:" + home, home, base)).isEqualTo("brindle");
  }

  @Test
  void anotherOfThatNameOnThePathIsNotOurs() throws IOException {
    Path bin = Files.createDirectory(base.resolve("bin"));
    Files.createFile(bin.resolve("brindle"));

    assertThat(LauncherWord.from(bin.toString(), home, home)).isEqualTo("./brindle");
  }

  @Test
  void aPathThatAShellWouldTakeApartIsQuoted() throws IOException {
    Path spaced = Files.createDirectory(base.resolve("my code's"));
    Files.createFile(spaced.resolve("brindle"));

    assertThat(LauncherWord.from("/usr/bin", spaced, base))
        .isEqualTo("'%s/my code'\\''s/brindle'".formatted(base));
  }

  @Test
  void nextStepsAreToBeTypedAsTheyStand() {
    LabOptions options = OptionsParser.parse(List.of("--nodes", "2"));
    assertThat(TourEnd.next("./brindle", Topology.standard(options)))
        .contains("\n  ./brindle lab link cut node2; ./brindle lab link heal node2\n")
        .contains("exec node1 -- brindle get")
        .contains("exec server -- ip address")
        .contains("exec pod4 -- ping")
        .contains("\n  ./brindle lab fault seed %s node1 ".formatted(Fault.FORWARD_DROPPED))
        .contains("\n  ./brindle lab doctor node1 ")
        .doesNotContain("#");
  }

  @Test
  void nextStepsNameWhatThereIs() {
    LabOptions options = OptionsParser.parse(List.of("--nodes", "1", "--pods", "1"));
    assertThat(TourEnd.next("brindle", Topology.standard(options)))
        .contains("exec server -- ping")
        .doesNotContain("node2")
        .doesNotContain("stranger");
  }
}
