// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.key.PrivateKeyPem;
import io.fabric8.kubernetes.client.Config;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/// Certificate and key of the user. fabric8 reads keys of RSA only, unless it is given a library
/// that nothing else needs; k3s, kind's successors and others hand out keys of elliptic curves.
final class ClientIdentity {

  private static final char[] NO_PASSWORD = {};

  private final String certificate;
  private final String key;

  private ClientIdentity(String certificate, String key) {
    this.certificate = certificate;
    this.key = key;
  }

  /// What a configuration has of it, which is taken out there.
  static Optional<ClientIdentity> takenFrom(Config config) {
    Optional<String> certificate =
        text("certificate", config.getClientCertData(), config.getClientCertFile());
    Optional<String> key = text("key", config.getClientKeyData(), config.getClientKeyFile());
    config.setClientCertData(null);
    config.setClientCertFile(null);
    config.setClientKeyData(null);
    config.setClientKeyFile(null);
    if (certificate.isPresent() != key.isPresent()) {
      throw new DatastoreException("of the client's certificate and its key only one is given");
    }
    return certificate.map(pem -> new ClientIdentity(pem, key.orElseThrow()));
  }

  private static Optional<String> text(String what, @Nullable String data, @Nullable String file) {
    if (data != null && !data.isBlank()) {
      return Optional.of(data.contains("-----") ? data : decoded(what, data));
    }
    if (file == null || file.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(Path.of(file)));
    } catch (IOException e) {
      throw new DatastoreException(
          "the client's %s %s cannot be read: %s".formatted(what, file, e), e);
    }
  }

  private static String decoded(String what, String data) {
    try {
      return new String(Base64.getMimeDecoder().decode(data), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new DatastoreException(
          "the client's %s is neither PEM nor base 64 of it".formatted(what), e);
    }
  }

  /// For TLS.
  KeyManager[] keyManagers() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, NO_PASSWORD);
      store.setKeyEntry("client", privateKey(), NO_PASSWORD, certificates());
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, NO_PASSWORD);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new DatastoreException(
          "the client's certificate and key cannot be used: " + e.getMessage(), e);
    }
  }

  private PrivateKey privateKey() throws GeneralSecurityException {
    String pkcs8 = PrivateKeyPem.pkcs8(key);
    String body =
        pkcs8.lines().filter(line -> !line.startsWith("-----")).collect(Collectors.joining());
    return KeyFactory.getInstance(PrivateKeyPem.isElliptic(pkcs8) ? "EC" : "RSA")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
  }

  private Certificate[] certificates() throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(
            new ByteArrayInputStream(certificate.getBytes(StandardCharsets.US_ASCII)))
        .toArray(Certificate[]::new);
  }
}
