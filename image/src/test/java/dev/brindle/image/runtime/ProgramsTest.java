// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.runtime;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.image.Commands;
import dev.brindle.image.oci.Content;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProgramsTest {

  private static final Path CLONE = Path.of("..").toAbsolutePath().normalize();

  @Test
  void theShellReadsTheSame() throws Exception {
    Programs programs = Programs.read(CLONE.resolve(".mvn/programs.sh"));
    for (Map.Entry<String, String> word : programs.words().entrySet()) {
      String shells =
          Commands.run(
              CLONE,
              Map.of(),
              List.of("sh", "-c", ". ./.mvn/programs.sh; printf %s \"$" + word.getKey() + "\""));
      assertThat(shells).as(word.getKey()).isEqualTo(word.getValue());
    }
  }

  @Test
  void eachProgramOfTheLauncherIsThere() throws Exception {
    assertThat(Programs.read(CLONE.resolve(".mvn/programs.sh")).all())
        .extracting(Programs.Program::name)
        .contains("node", "ctl", "speaker", "controllers", "cni")
        .doesNotContain("lab");
  }

  @Test
  void aLineThatIsNoneIsNamed() {
    assertThatThrownBy(() -> Programs.parse(List.of("# x", "a=b")))
        .hasMessageContaining("line 2: expected NAME=\"words\"");
    assertThatThrownBy(() -> Programs.parse(List.of("a=\"$b\"")))
        .hasMessageContaining("no line above says $b");
    assertThatThrownBy(() -> Programs.parse(List.of("a=\"$(id)\"")))
        .hasMessageContaining("'$' that is no name");
    assertThatThrownBy(() -> Programs.parse(List.of("programs=\"x\"")).all())
        .hasMessageContaining("nothing says node_flags");
  }

  @Test
  void aLaunchFileHasFlagsMainAndClassPath() throws Exception {
    Programs.Program program =
        new Programs.Program(
            "x", "m", "a.Main", List.of("-Xa"), List.of("-Xroot"), Optional.of("A=1"), "y");
    Map<String, Content> files =
        new LaunchFiles("/opt/b", List.of("a-1.jar", "brindle-m-1.jar"), Set.of("y"))
            .write(List.of(program), "help\n")
            .files();
    assertThat(text(files, "opt/b/launch/x"))
        .isEqualTo(
            """
            #main a.Main
            #env A=1
            -Xa
            -Dbrindle.home=/opt/b
            -Djava.library.path=/opt/b/native
            -Djffi.boot.library.path=/opt/b/native
            -Dorg.sqlite.lib.path=/opt/b/native
            -XX:AOTCache=/opt/b/aot/y.aot
            -cp
            /opt/b/lib/brindle-m-1.jar:/opt/b/lib/a-1.jar
            """);
    assertThat(text(files, "opt/b/launch/x-root")).contains("\n-Xroot\n-Xa\n");
    assertThat(text(files, "opt/b/launch/help")).isEqualTo("help\n");
  }

  private static String text(Map<String, Content> files, String path) throws Exception {
    return new String(requireNonNull(files.get(path)).bytes(), StandardCharsets.UTF_8);
  }
}
