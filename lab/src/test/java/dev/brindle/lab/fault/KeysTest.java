// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.brindle.api.net.IpAddress;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeysTest {

  private static final Duration DAY = Duration.ofDays(1);

  private static X509Certificate certificate(PrivateKeyEntry key) {
    return (X509Certificate) key.getCertificate();
  }

  @Test
  void anAuthorityMaySign() throws Exception {
    PrivateKeyEntry key = Keys.authority("ours");
    X509Certificate own = certificate(key);
    assertThat(Keys.authority(key)).isEqualTo(own);
    assertThatCode(() -> own.verify(own.getPublicKey())).doesNotThrowAnyException();
    assertThatCode(own::checkValidity).doesNotThrowAnyException();
    assertThat(own.getBasicConstraints()).as("it may sign").isNotNegative();
    assertThat(own.getSubjectX500Principal().getName()).isEqualTo("CN=ours");
    assertThat(Keys.pem(own))
        .startsWith("-----BEGIN CERTIFICATE-----\nMII")
        .endsWith("\n-----END CERTIFICATE-----\n");
  }

  @Test
  void aServerHasACertificateOfItsAuthority() throws Exception {
    PrivateKeyEntry key = Keys.server("ours", 1, IpAddress.parse("192.0.2.77"));
    X509Certificate server = certificate(key);
    var authority = (X509Certificate) Keys.authority(key);
    assertThat(authority.getSubjectX500Principal().getName()).isEqualTo("CN=ours");
    assertThat(authority.getBasicConstraints()).isNotNegative();
    assertThatCode(() -> server.verify(authority.getPublicKey())).doesNotThrowAnyException();
    assertThat(server.getBasicConstraints()).as("it may sign nothing").isNegative();
    assertThat(server.getSubjectAlternativeNames()).containsExactly(List.of(7, "192.0.2.77"));
    assertThatCode(server::checkValidity).doesNotThrowAnyException();
    Instant end = server.getNotAfter().toInstant();
    assertThat(end).isBeforeOrEqualTo(Instant.now().plus(DAY));
  }

  @Test
  void aServerWhoseTimeIsOver() throws Exception {
    PrivateKeyEntry key = Keys.server("ours", -1, IpAddress.parse("127.0.0.1"));
    Instant end = certificate(key).getNotAfter().toInstant();
    assertThat(end).isBeforeOrEqualTo(Instant.now().minus(DAY));
    assertThatCode(((X509Certificate) Keys.authority(key))::checkValidity)
        .as("its authority's is not")
        .doesNotThrowAnyException();
  }
}
