// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brindle.node.doctor.check.CredentialCheck.Credential;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Until when the files of credentials count that the environment names.
final class CredentialProbe {

  private static final List<String> CERTIFICATES =
      List.of("ETCD_CERT_FILE", "ETCD_CA_CERT_FILE", "K8S_CERT_FILE", "K8S_CA_FILE");
  private static final Path TOKEN = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token");
  private static final int PARTS_OF_TOKEN = 3;

  private CredentialProbe() {}

  static List<Credential> look(Map<String, String> environment) {
    List<Credential> found = new ArrayList<>();
    for (String variable : CERTIFICATES) {
      String file = environment.getOrDefault(variable, "").strip();
      if (!file.isEmpty()) {
        found.add(certificate(variable, Path.of(file)));
      }
    }
    if (Files.exists(TOKEN)) {
      found.add(token(TOKEN));
    }
    return found;
  }

  /// The one of a file that ends first.
  static Credential certificate(String variable, Path file) {
    try (InputStream bytes = Files.newInputStream(file)) {
      return certificate(variable, file.toString(), bytes);
    } catch (IOException e) {
      return new Credential(variable, file.toString(), Optional.empty(), false, e.toString());
    }
  }

  /// @param name for people
  static Credential certificate(String variable, String name, InputStream bytes) {
    try {
      Optional<Instant> until =
          CertificateFactory.getInstance("X.509").generateCertificates(bytes).stream()
              .map(Certificate.class::cast)
              .map(each -> ((X509Certificate) each).getNotAfter().toInstant())
              .min(Instant::compareTo);
      String problem = until.isEmpty() ? "no certificate in it" : "";
      return new Credential(variable, name, until, false, problem);
    } catch (CertificateException e) {
      return new Credential(variable, name, Optional.empty(), false, e.toString());
    }
  }

  /// Kubelet writes it anew long before it ends.
  static Credential token(Path file) {
    String name = "service account";
    try {
      return token(name, file.toString(), Files.readString(file).strip(), true);
    } catch (IOException e) {
      return new Credential(name, file.toString(), Optional.empty(), true, e.toString());
    }
  }

  /// @param isRenewed whether somebody writes it anew in time
  static Credential token(String variable, String name, String token, boolean isRenewed) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != PARTS_OF_TOKEN) {
      // others than Kubernetes' own may look like anything
      return new Credential(
          variable, name, Optional.empty(), isRenewed, isRenewed ? "no token (JWT)" : "");
    }
    try {
      JsonNode claims = new JsonMapper().readTree(Base64.getUrlDecoder().decode(parts[1]));
      Optional<Instant> until =
          claims.path("exp").isNumber()
              ? Optional.of(Instant.ofEpochSecond(claims.path("exp").asLong()))
              : Optional.empty();
      return new Credential(variable, name, until, isRenewed, "");
    } catch (IOException | IllegalArgumentException e) {
      return new Credential(variable, name, Optional.empty(), isRenewed, e.toString());
    }
  }
}
