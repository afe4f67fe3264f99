// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstallationTest {

  @TempDir private Path home;

  @BeforeEach
  void install() throws IOException {
    program("brindle");
    program("target/bin/brindle-cni");
    program("target/bin/brindle-cni-java");
  }

  @ParameterizedTest
  @CsvSource({",brindle-cni", "'',brindle-cni", "java,brindle-cni-java"})
  void findsThePlugin(@Nullable String client, String program) {
    Map<String, String> environment = client == null ? Map.of() : client(client);

    assertThat(Installation.find(environment, Optional.of(home.toString())).plugin())
        .isEqualTo(home.resolve("target/bin").resolve(program));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "c    | target/bin/brindle-cni-c is not there or not executable",
        "rust | BRINDLE_CNI_CLIENT is 'rust': expected java or c"
      })
  void refusesOneThatIsNot(String client, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Installation.find(client(client), Optional.of(home.toString())))
        .withMessageContaining(problem);
  }

  @Test
  void etcdIsOnThePath() throws IOException {
    String path = "/nowhere::%s:%s".formatted(home, home.resolve("bin"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Installation.etcd(path))
        .withMessage(
            "--store etcd: there is no etcd on the PATH (%s); on Debian: apt-get install etcd-server"
                .formatted(path));
    Path etcd = program("bin/etcd");
    assertThat(Installation.etcd(path)).isEqualTo(etcd);
  }

  @Test
  void aProgramThatIsNamedWins() throws IOException {
    Path mine = program("mine");

    Map<String, String> environment =
        Map.of("BRINDLE_CNI_PLUGIN", mine.toString(), "BRINDLE_CNI_CLIENT", "java");

    assertThat(Installation.find(environment, Optional.of(home.toString())).plugin())
        .isEqualTo(mine);
  }

  private static Map<String, String> client(String client) {
    return Map.of("BRINDLE_CNI_CLIENT", client);
  }

  private Path program(String name) throws IOException {
    Path path = home.resolve(name);
    Files.createDirectories(path.getParent());
    Files.createFile(path);
    assertThat(path.toFile().setExecutable(true)).isTrue();
    return path;
  }
}
