// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.built;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.image.Architecture;
import dev.brindle.image.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The image for another kind of machine, where one was built: its programs begin in an emulator.
/// That cannot start one program from another, so Java is called as the launcher calls it.
class EmulatedImageTest {

  private static final String IN_ROOT =
      "root=$1; shift; mount -t proc proc \"$root/proc\"; exec chroot \"$root\" /emulator \"$@\"";

  @TempDir private static Path directory;
  private static BuiltImage image;

  @BeforeAll
  static void unpack() throws Exception {
    Architecture other =
        Arrays.stream(Architecture.values())
            .filter(each -> each != Architecture.host())
            .findFirst()
            .orElseThrow();
    Path emulator = Path.of("/usr/bin/qemu-%s-static".formatted(other.machine()));
    assumeTrue(Files.exists(BuiltImage.tar(other)), () -> "no image was built for " + other.word());
    assumeTrue(Files.isExecutable(emulator), () -> "no %s (qemu-user-static)".formatted(emulator));
    assumeTrue(
        System.getProperty("user.name").equals("root"), "to change the root directory needs root");
    image = BuiltImage.unpack(directory, other);
    image.unpackLayers();
    Files.copy(emulator, image.root().resolve("emulator"));
  }

  private static String run(Map<String, String> environment, String... words)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("unshare", "--mount", "sh", "-ec", IN_ROOT, "sh"));
    line.add(image.root().toString());
    line.addAll(List.of(words));
    return Commands.run(directory, environment, line);
  }

  private static String java(String program, String... words)
      throws IOException, InterruptedException {
    String file = "/opt/brindle/launch/" + program;
    String main =
        Files.readAllLines(image.root().resolve(file.substring(1)))
            .getFirst()
            .replace("#main ", "");
    List<String> line = new ArrayList<>(List.of("/opt/brindle/runtime/bin/java", "@" + file, main));
    line.addAll(List.of(words));
    return run(Map.of(), line.toArray(String[]::new));
  }

  @Test
  void theCommandLineSaysItsVersion() throws Exception {
    assertThat(java("ctl", "version", "--client")).contains("Client Version:");
  }

  @Test
  void theDoctorSaysWhatItDoes() throws Exception {
    assertThat(java("doctor", "--help")).contains("usage: brindle doctor");
  }

  @Test
  void thePluginAnswers() throws Exception {
    assertThat(run(Map.of("CNI_COMMAND", "VERSION"), "/opt/brindle/cni/calico"))
        .contains("supportedVersions");
  }
}
