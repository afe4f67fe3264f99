// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.brindle.api.net.IpAddress;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The certificates are read by others' code, which takes none that is not well made.
class AuthorityTest {

  private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant UNTIL = Instant.parse("2026-02-01T00:00:00Z");

  @Test
  void signsItself() throws Exception {
    Authority authority = Authority.called("ours");
    X509Certificate own = authority.own(FROM, UNTIL);
    assertThatCode(() -> own.verify(authority.keys().getPublic())).doesNotThrowAnyException();
    assertThat(own.getBasicConstraints()).as("it may sign").isNotNegative();
    assertThat(own.getSubjectX500Principal().getName()).isEqualTo("CN=ours");
    assertThat(Authority.pem(own)).startsWith("-----BEGIN CERTIFICATE-----\nMII");
  }

  @Test
  void signsOthers() throws Exception {
    Authority authority = Authority.called("ours");
    KeyPair keys = Authority.newKeys();
    X509Certificate server =
        authority.sign("lab", keys.getPublic(), FROM, UNTIL, IpAddress.parse("127.0.0.1"));
    assertThatCode(() -> server.verify(authority.keys().getPublic())).doesNotThrowAnyException();
    assertThat(server.getNotBefore().toInstant()).isEqualTo(FROM);
    assertThat(server.getNotAfter().toInstant()).isEqualTo(UNTIL);
    assertThat(server.getSubjectAlternativeNames()).containsExactly(List.of(7, "127.0.0.1"));
    assertThat(server.getPublicKey()).isEqualTo(keys.getPublic());
    assertThat(server.getBasicConstraints()).isNegative();
  }
}
