// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.debian;

import dev.brindle.image.oci.Content;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Map;

/// Certificates of authorities as Java reads them: a PKCS #12 file without a password, as the JDK's
/// own is. With one there would be salt in it, and no two were alike.
final class TrustStore {

  private TrustStore() {}

  /// @param certificates PEM, by an alias
  static byte[] of(Map<String, Content> certificates) throws IOException {
    System.setProperty("keystore.pkcs12.certProtectionAlgorithm", "NONE");
    System.setProperty("keystore.pkcs12.macAlgorithm", "NONE");
    try {
      CertificateFactory x509 = CertificateFactory.getInstance("X.509");
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (Map.Entry<String, Content> entry : certificates.entrySet()) {
        byte[] pem = entry.getValue().bytes();
        store.setCertificateEntry(
            entry.getKey(), x509.generateCertificate(new ByteArrayInputStream(pem)));
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      store.store(out, null);
      return out.toByteArray();
    } catch (GeneralSecurityException e) {
      throw new IOException("authorities' certificates cannot be put together: " + e, e);
    }
  }
}
