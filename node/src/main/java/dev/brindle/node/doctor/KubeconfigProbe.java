// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.brindle.datastore.key.PrivateKeyPem;
import dev.brindle.node.doctor.check.CredentialCheck.Credential;
import dev.brindle.node.doctor.check.CredentialCheck.Facts;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a kubeconfig holds, or names, in its current context.
final class KubeconfigProbe {

  private static final String VARIABLE = "KUBECONFIG";
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final byte[] TRIAL = {1, 2, 3};

  private final Path file;
  private final List<Credential> found = new ArrayList<>();
  private final List<String> mismatches = new ArrayList<>();

  private KubeconfigProbe(Path file) {
    this.file = file;
  }

  /// Of several the first that is there, which is where most of it stands.
  static Facts look(Map<String, String> environment) {
    for (String name : environment.getOrDefault(VARIABLE, "").split(File.pathSeparator, -1)) {
      if (!name.isBlank() && Files.exists(Path.of(name.strip()))) {
        var probe = new KubeconfigProbe(Path.of(name.strip()).toAbsolutePath());
        probe.read();
        return new Facts(probe.found, probe.mismatches);
      }
    }
    return new Facts(List.of(), List.of());
  }

  private void read() {
    JsonNode config;
    try {
      config = YAML.readTree(file.toFile());
    } catch (IOException e) {
      problem("", "no kubeconfig: " + e.getMessage());
      return;
    }
    String current = config.path("current-context").asText("");
    JsonNode context = named(config.path("contexts"), current).path("context");
    JsonNode cluster =
        named(config.path("clusters"), context.path("cluster").asText("")).path("cluster");
    JsonNode user = named(config.path("users"), context.path("user").asText("")).path("user");
    List<X509Certificate> authorities = certificates(cluster, "certificate-authority");
    authorities.stream()
        .filter(each -> each.getBasicConstraints() < 0)
        .forEach(
            each ->
                mismatches.add(
                    "%s: certificate-authority %s is no authority's: it may sign nothing"
                        .formatted(file, each.getSubjectX500Principal().getName())));
    List<X509Certificate> own = certificates(user, "client-certificate");
    if (!own.isEmpty()) {
      text(user, "client-key").ifPresent(key -> compare(own.getFirst(), key));
    }
    String token = user.path("token").asText("");
    String tokenFile = user.path("tokenFile").asText("");
    if (!token.isEmpty()) {
      add("token", CredentialProbe.token(VARIABLE, where("token"), token, false));
    } else if (!tokenFile.isEmpty()) {
      add("tokenFile", CredentialProbe.token(file.resolveSibling(tokenFile)));
    }
  }

  private static JsonNode named(JsonNode list, String name) {
    for (JsonNode each : list) {
      if (each.path("name").asText("").equals(name)) {
        return each;
      }
    }
    return list.path("none of that name");
  }

  private String where(String field) {
    return "%s in %s".formatted(field, file);
  }

  private void problem(String field, String problem) {
    String name = field.isEmpty() ? file.toString() : where(field);
    found.add(new Credential(VARIABLE, name, Optional.empty(), false, problem));
  }

  private void add(String field, Credential credential) {
    found.add(
        new Credential(
            VARIABLE,
            where(field),
            credential.until(),
            credential.isRenewed(),
            credential.problem()));
  }

  /// Written there in base64, or in a file that is named; nothing if neither is.
  private Optional<byte[]> text(JsonNode part, String field) {
    String inside = part.path(field + "-data").asText("");
    String outside = part.path(field).asText("");
    try {
      if (!inside.isEmpty()) {
        return Optional.of(Base64.getMimeDecoder().decode(inside));
      }
      return outside.isEmpty()
          ? Optional.empty()
          : Optional.of(Files.readAllBytes(file.resolveSibling(outside)));
    } catch (IOException | IllegalArgumentException e) {
      problem(field, e.toString());
      return Optional.empty();
    }
  }

  private List<X509Certificate> certificates(JsonNode part, String field) {
    Optional<byte[]> text = text(part, field);
    if (text.isEmpty()) {
      return List.of();
    }
    add(field, CredentialProbe.certificate(VARIABLE, field, new ByteArrayInputStream(text.get())));
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(text.get()))
          .stream()
          .map(Certificate.class::cast)
          .map(X509Certificate.class::cast)
          .toList();
    } catch (GeneralSecurityException _) {
      return List.of(); // the credential says so
    }
  }

  // ---- whether a key is that of a certificate

  private void compare(X509Certificate certificate, byte[] key) {
    try {
      if (!belong(certificate.getPublicKey(), key)) {
        mismatches.add(
            "%s: client-key is not the key of client-certificate %s"
                .formatted(file, certificate.getSubjectX500Principal().getName()));
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      problem("client-key", "no key that fits the certificate: " + e.getMessage());
    }
  }

  private static boolean belong(PublicKey open, byte[] pem) throws GeneralSecurityException {
    String pkcs8 = PrivateKeyPem.pkcs8(new String(pem, StandardCharsets.US_ASCII));
    String body = pkcs8.replaceAll("-----[^-]*-----", "");
    byte[] der = Base64.getMimeDecoder().decode(body);
    PrivateKey secret =
        KeyFactory.getInstance(open.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(der));
    String method = open.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    Signature signing =
        Signature.getInstance(open.getAlgorithm().startsWith("Ed") ? "EdDSA" : method);
    signing.initSign(secret);
    signing.update(TRIAL);
    byte[] signature = signing.sign();
    signing.initVerify(open);
    signing.update(TRIAL);
    return signing.verify(signature);
  }
}
