// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import dev.brindle.api.net.IpAddress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Signs certificates (RFC 5280) that are as a fault wants them.
///
/// @param name of who signs
record Authority(String name, KeyPair keys) {

  private static final int BOOLEAN = 0x01;
  private static final int INTEGER = 0x02;
  private static final int BITS = 0x03;
  private static final int OCTETS = 0x04;
  private static final int OBJECT = 0x06;
  private static final int TEXT = 0x0c;
  private static final int TIME = 0x17;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int VERSION = 0xa0;
  private static final int EXTENSIONS = 0xa3;
  private static final int ADDRESS_NAME = 0x87;

  private static final byte[] ECDSA_WITH_SHA256 = {
    0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02
  };
  private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};
  private static final byte[] BASIC_CONSTRAINTS = {0x55, 0x1d, 0x13};
  private static final byte[] ALTERNATIVE_NAME = {0x55, 0x1d, 0x11};
  private static final byte[] TRUE = {(byte) 0xff};

  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  static Authority called(String name) throws GeneralSecurityException {
    return new Authority(name, newKeys());
  }

  static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  /// Its own.
  X509Certificate own(Instant from, Instant until) throws GeneralSecurityException {
    return certificate(name, keys.getPublic(), from, until, true, Optional.empty());
  }

  /// Somebody's.
  ///
  /// @param address that its owner is called by
  X509Certificate sign(
      String subject, PublicKey key, Instant from, Instant until, IpAddress address)
      throws GeneralSecurityException {
    return certificate(subject, key, from, until, false, Optional.of(address));
  }

  private X509Certificate certificate(
      String subject,
      PublicKey key,
      Instant from,
      Instant until,
      boolean isAuthority,
      Optional<IpAddress> address)
      throws GeneralSecurityException {
    byte[] algorithm = element(SEQUENCE, element(OBJECT, ECDSA_WITH_SHA256));
    List<byte[]> extensions = new ArrayList<>();
    if (isAuthority) {
      byte[] constraints = element(SEQUENCE, element(BOOLEAN, TRUE));
      extensions.add(
          element(
              SEQUENCE,
              element(OBJECT, BASIC_CONSTRAINTS),
              element(BOOLEAN, TRUE),
              element(OCTETS, constraints)));
    }
    address.ifPresent(
        each ->
            extensions.add(
                element(
                    SEQUENCE,
                    element(OBJECT, ALTERNATIVE_NAME),
                    element(OCTETS, element(SEQUENCE, element(ADDRESS_NAME, each.bytes()))))));
    byte[] body =
        element(
            SEQUENCE,
            element(VERSION, element(INTEGER, new byte[] {2})),
            element(INTEGER, new byte[] {1}),
            algorithm,
            distinguished(name),
            element(SEQUENCE, time(from), time(until)),
            distinguished(subject),
            key.getEncoded(),
            element(EXTENSIONS, element(SEQUENCE, extensions.toArray(byte[][]::new))));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(body);
    byte[] whole = element(SEQUENCE, body, algorithm, element(BITS, new byte[1], signature.sign()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(whole));
  }

  private static byte[] distinguished(String name) {
    byte[] text = element(TEXT, name.getBytes(StandardCharsets.UTF_8));
    return element(SEQUENCE, element(SET, element(SEQUENCE, element(OBJECT, COMMON_NAME), text)));
  }

  private static byte[] time(Instant time) {
    return element(TIME, UTC.format(time).getBytes(StandardCharsets.US_ASCII));
  }

  /// DER: tag, length, content.
  private static byte[] element(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    var out = new ByteArrayOutputStream();
    out.write(tag);
    if (length > 0xff) {
      out.write(0x82);
      out.write(length >>> Byte.SIZE);
    } else if (length > 0x7f) {
      out.write(0x81);
    }
    out.write(length);
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }

  /// As files have it (RFC 7468).
  static String pem(X509Certificate certificate) throws CertificateEncodingException {
    return pem("CERTIFICATE", certificate.getEncoded());
  }

  static String pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(label, body);
  }
}
