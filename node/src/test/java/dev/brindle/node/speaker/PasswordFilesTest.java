// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.topology.Password;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordFilesTest {

  @TempDir private Path directory;

  private PasswordSource.Answer read(Path file) {
    return new PasswordFiles().read(file.toString());
  }

  @ParameterizedTest(name = "''{0}'': ''{1}''")
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          secret, secret
          secret\\n, secret
          secret\\n\\n, secret\\n
          " two words ", " two words "
          """)
  void oneNewlineAtTheEndIsNoPartOfIt(String text, String password) throws IOException {
    Path file = Files.writeString(directory.resolve("key"), text.replace("\\n", "\n"));

    assertThat(read(file))
        .isEqualTo(new PasswordSource.Answer.Found(new Password(password.replace("\\n", "\n"))));
  }

  @Test
  void saysWhyThereIsNone() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty"), "\n");
    Path big = Files.writeString(directory.resolve("big"), "x".repeat(81));

    assertThat(read(empty))
        .isEqualTo(missing("password file %s: the password has 0 octets, not 1 to 80", empty));
    assertThat(read(big))
        .isEqualTo(missing("password file %s: the password has 81 octets, not 1 to 80", big));
    assertThat(read(directory.resolve("none")))
        .isEqualTo(missing("password file %s is not there", directory.resolve("none")));
    assertThat(read(directory).toString()).contains("cannot be read");
  }

  private static PasswordSource.Answer missing(String text, Path file) {
    return new PasswordSource.Answer.Missing(text.formatted(file));
  }
}
