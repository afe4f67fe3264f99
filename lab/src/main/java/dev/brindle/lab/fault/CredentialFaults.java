// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/// Files that say who the daemon is, and do not count.
final class CredentialFaults {

  private static final Duration DAY = Duration.ofDays(1);

  private CredentialFaults() {}

  static void expired(Patient patient) throws IOException {
    token(patient, Instant.now().minus(DAY));
  }

  static void expires(Patient patient) throws IOException {
    token(patient, Instant.now().plus(DAY.multipliedBy(7)));
  }

  /// Nobody signed it: until when it counts is told all the same.
  private static void token(Patient patient, Instant until) throws IOException {
    String token =
        "%s.%s.x"
            .formatted(
                url("{}"), url("{\"exp\":%d,\"sub\":\"lab\"}".formatted(until.getEpochSecond())));
    kubeconfig(patient, "token: " + token);
  }

  private static String url(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static void mismatch(Patient patient)
      throws IOException, InterruptedException, GeneralSecurityException {
    String certificate = Keys.pem(Keys.authority("lab").getCertificate());
    String key = Keys.pem("PRIVATE KEY", Keys.authority("another").getPrivateKey().getEncoded());
    kubeconfig(
        patient,
        "client-certificate-data: %s, client-key-data: %s"
            .formatted(base64(certificate), base64(key)));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /// @param user how it is known
  private static void kubeconfig(Patient patient, String user) throws IOException {
    String text =
        """
        apiVersion: v1
        kind: Config
        current-context: lab
        contexts: [{name: lab, context: {cluster: lab, user: lab}}]
        clusters: [{name: lab, cluster: {server: "https://127.0.0.1:6443"}}]
        users: [{name: lab, user: {%s}}]
        """
            .formatted(user);
    patient.set("KUBECONFIG", patient.file("kubeconfig", text).toString());
  }

  static void missing(Patient patient) {
    patient.set("ETCD_CERT_FILE", "/etc/calico/certs/cert.pem");
  }
}
