// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.node.doctor.check.CredentialCheck;
import dev.brindle.node.doctor.check.CredentialCheck.Facts;
import dev.brindle.node.doctor.check.Finding;
import dev.brindle.node.doctor.check.Symptom;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kubeconfigs as openssl(1) and people make them.
class KubeconfigProbeTest {

  private static final Path OPENSSL = Path.of("/usr/bin/openssl");

  @TempDir private Path directory;

  @BeforeEach
  void authority() throws Exception {
    assumeTrue(Files.isExecutable(OPENSSL), "needs openssl(1)");
    openssl("ecparam -name prime256v1 -genkey -noout -out ca.key");
    openssl("req -x509 -new -key ca.key -subj /CN=cluster -days 400 -out ca.pem");
  }

  private void client(String name, String makeKey, int days) throws Exception {
    openssl(makeKey + " -out " + name + ".key");
    openssl("req -new -key %1$s.key -subj /CN=%1$s -out %1$s.csr".formatted(name));
    openssl(
        "x509 -req -in %1$s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days %2$d -out %1$s.pem"
            .formatted(name, days));
  }

  private void openssl(String line) throws Exception {
    List<String> words = new ArrayList<>(List.of(OPENSSL.toString()));
    words.addAll(List.of(line.split(" ", -1)));
    Process process =
        new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("openssl %s: %s", line, said).isZero();
  }

  private Facts look(String authority, String user) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("config"),
            """
            apiVersion: v1
            kind: Config
            current-context: here
            contexts: [{name: here, context: {cluster: c, user: u}}]
            clusters: [{name: other, cluster: {}}, {name: c, cluster: {server: "https://192.0.2.1:6443", %s}}]
            users: [{name: u, user: {%s}}]
            """
                .formatted(authority, user));
    return KubeconfigProbe.look(Map.of("KUBECONFIG", "/nowhere/config:" + file));
  }

  private String data(String name) throws Exception {
    return Base64.getEncoder().encodeToString(Files.readAllBytes(directory.resolve(name)));
  }

  private static List<Optional<Symptom>> bad(Facts facts) {
    return CredentialCheck.of(facts, Instant.now()).stream()
        .map(Finding::symptom)
        .filter(Optional::isPresent)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "genrsa -traditional 2048",
        "genrsa 2048",
        "ecparam -name prime256v1 -genkey -noout",
        "genpkey -algorithm ed25519"
      })
  void allIsWell(String makeKey) throws Exception {
    String[] words = makeKey.split(" 2048", -1);
    String first = words[0];
    openssl(first + " -out own.key" + (makeKey.endsWith(" 2048") ? " 2048" : ""));
    openssl("req -new -key own.key -subj /CN=own -out own.csr");
    openssl("x509 -req -in own.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 90 -out own.pem");

    Facts facts =
        look(
            "certificate-authority: ca.pem",
            "client-certificate-data: %s, client-key-data: %s"
                .formatted(data("own.pem"), data("own.key")));

    assertThat(facts.credentials()).hasSize(2);
    assertThat(bad(facts)).isEmpty();
  }

  @Test
  void aCertificateThatEndsSoon() throws Exception {
    client("own", "ecparam -name prime256v1 -genkey -noout", 3);

    Facts facts =
        look(
            "certificate-authority-data: " + data("ca.pem"),
            "client-certificate: own.pem, client-key: own.key");

    assertThat(bad(facts)).containsExactly(Optional.of(Symptom.CREDENTIAL_EXPIRES));
    assertThat(CredentialCheck.of(facts, Instant.now().plus(Duration.ofDays(500))))
        .extracting(Finding::symptom)
        .as("the authority's too")
        .containsExactly(
            Optional.of(Symptom.CREDENTIAL_EXPIRED), Optional.of(Symptom.CREDENTIAL_EXPIRED));
  }

  @Test
  void aKeyOfAnotherCertificate() throws Exception {
    client("own", "ecparam -name prime256v1 -genkey -noout", 90);
    client("other", "ecparam -name prime256v1 -genkey -noout", 90);

    Facts facts =
        look("certificate-authority: ca.pem", "client-certificate: own.pem, client-key: other.key");

    assertThat(facts.mismatches())
        .singleElement()
        .asString()
        .contains("client-key is not the key of client-certificate CN=own");
  }

  @Test
  void anAuthorityThatIsNone() throws Exception {
    client("own", "ecparam -name prime256v1 -genkey -noout", 90);

    Facts facts =
        look("certificate-authority: own.pem", "client-certificate: own.pem, client-key: own.key");

    assertThat(bad(facts)).containsExactly(Optional.of(Symptom.CREDENTIAL_MISMATCH));
  }

  @Test
  void whatCannotBeRead() throws Exception {
    Facts facts =
        look("certificate-authority: missing.pem", "client-certificate-data: bm8gY2VydGlmaWNhdGU=");

    assertThat(bad(facts)).containsOnly(Optional.of(Symptom.CREDENTIAL_UNREADABLE)).hasSize(2);
  }

  @Test
  void aTokenThatHasExpired() throws Exception {
    String claims = Base64.getUrlEncoder().encodeToString("{\"exp\": 1000}".getBytes(UTF_8));

    Facts facts = look("certificate-authority: ca.pem", "token: x.%s.y".formatted(claims));

    assertThat(bad(facts)).containsExactly(Optional.of(Symptom.CREDENTIAL_EXPIRED));
    assertThat(bad(look("certificate-authority: ca.pem", "token: abcdef.0123456789abcdef")))
        .as("others look otherwise")
        .isEmpty();
  }
}
