// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.SecretPassword.SecretKeyRef;
import dev.brindle.bird.topology.Password;
import dev.brindle.bird.topology.SecretContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretFilesTest {

  @TempDir private Path base;

  private SecretFiles files() {
    return SecretFiles.of(Map.of(SecretFiles.VARIABLE, base.resolve("secrets").toString()));
  }

  private void write(String secret, String key, String text) throws IOException {
    Path directory = Files.createDirectories(base.resolve("secrets").resolve(secret));
    Files.writeString(directory.resolve(key), text);
  }

  /// `=` is the password, all else why there is none.
  @ParameterizedTest(name = "{0}/{1}: {2}")
  @CsvSource(
      textBlock =
          """
          tor,   password, =s3cret
          tor,   newline,  =s3cret
          tor,   empty,    'DIR/tor/empty: the password has 0 octets, not 1 to 80'
          tor,   other,    DIR/tor/other is not there
          other, password, DIR/other/password is not there
          ..,    outside,  that is no name of a Secret and a key in it
          tor,   ../../o,  that is no name of a Secret and a key in it
          tor,   .,        that is no name of a Secret and a key in it
          """)
  void aMountedSecretIsThePassword(String secret, String key, String expected) throws IOException {
    write("tor", "password", "s3cret");
    write("tor", "newline", "s3cret\n");
    write("tor", "empty", "");
    Files.writeString(base.resolve("outside"), "s3cret");
    SecretKeyRef ref = new SecretKeyRef(secret, key, false);

    switch (files().read(List.of(ref)).get(ref)) {
      case SecretContent.Found(var password) ->
          assertThat("=" + password.text()).isEqualTo(expected);
      case SecretContent.Missing(var reason) ->
          assertThat(reason.replace(base.resolve("secrets").toString(), "DIR")).endsWith(expected);
      case null -> throw new AssertionError("no answer");
    }
  }

  @Test
  void withoutADirectoryItSaysHowToHaveOne() {
    SecretKeyRef ref = new SecretKeyRef("tor", "password", false);

    assertThat(SecretFiles.of(Map.of()).read(List.of(ref)))
        .containsEntry(
            ref, new SecretContent.Missing("mount it at DIR/tor and say BRINDLE_SECRETS_DIR=DIR"));
  }

  @Test
  void aChangeIsSeen() throws IOException, InterruptedException {
    SecretKeyRef ref = new SecretKeyRef("tor", "password", false);
    Map<SecretKeyRef, SecretContent> before = files().read(List.of(ref));
    CountDownLatch seen = new CountDownLatch(1);
    try (SecretWatch watch =
        SecretWatch.start(
            () -> !files().read(before.keySet()).equals(before),
            seen::countDown,
            Duration.ofMillis(10))) {
      write("tor", "password", "s3cret");

      assertThat(seen.await(60, TimeUnit.SECONDS)).as("%s", watch).isTrue();
    }
    assertThat(files().read(List.of(ref)))
        .containsEntry(ref, new SecretContent.Found(new Password("s3cret")));
  }
}
