// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.datastore.etcd.Certificates;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateKeyPemTest {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "ec"})
  void readsTheOldFormsToo(String algorithm) throws Exception {
    Path name = directory.resolve(algorithm);
    Certificates.make(name, algorithm);
    String old = Files.readString(Path.of(name + ".key"));
    String pkcs8 = Files.readString(Path.of(name + ".pkcs8"));

    assertThat(old).contains(algorithm.toUpperCase(java.util.Locale.ROOT) + " PRIVATE KEY");
    assertThat(key(algorithm, PrivateKeyPem.pkcs8(old)))
        .isEqualTo(key(algorithm, PrivateKeyPem.pkcs8(pkcs8)));
    assertThat(PrivateKeyPem.isElliptic(PrivateKeyPem.pkcs8(old)))
        .isEqualTo(algorithm.equals("ec"));
  }

  private static BigInteger key(String algorithm, String pem) throws Exception {
    String body = pem.lines().filter(line -> !line.startsWith("-----")).reduce("", String::concat);
    PrivateKey key =
        KeyFactory.getInstance(algorithm)
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
    return key instanceof ECPrivateKey curve
        ? curve.getS()
        : ((RSAPrivateKey) key).getPrivateExponent();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          'nonsense',                                                          no PEM text
          '-----BEGIN ENCRYPTED PRIVATE KEY-----AAAA-----END ENCRYPTED PRIVATE KEY-----',encrypted
          '-----BEGIN RSA PRIVATE KEY-----Proc-Type: 4,ENCRYPTED',             no PEM text
          '-----BEGIN EC PRIVATE KEY-----AAAA-----END EC PRIVATE KEY-----',    damaged
          '-----BEGIN EC PRIVATE KEY-----MAMCAQE=-----END EC PRIVATE KEY-----',damaged
          '-----BEGIN DSA PRIVATE KEY-----AAAA-----END DSA PRIVATE KEY-----',  no form of a key
          """)
  void saysWhatIsWrong(String pem, String fault) {
    assertThatThrownBy(() -> PrivateKeyPem.pkcs8(pem))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(fault);
  }

  /// A key that is cut anywhere is refused, and nothing worse.
  @Test
  void refusesWhatIsCut() throws Exception {
    Path name = directory.resolve("cut");
    Certificates.make(name, "ec");
    String pem = Files.readString(Path.of(name + ".key"));
    byte[] der =
        Base64.getDecoder()
            .decode(
                pem.lines().filter(line -> !line.startsWith("-----")).reduce("", String::concat));
    for (int length = 0; length < 50; length++) {
      String cut = Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(der, length));
      assertThatThrownBy(
              () ->
                  PrivateKeyPem.pkcs8(
                      "-----BEGIN EC PRIVATE KEY-----%s-----END EC PRIVATE KEY-----"
                          .formatted(cut)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
