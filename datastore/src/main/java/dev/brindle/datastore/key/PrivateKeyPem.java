// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.key;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Private keys as people have them: PKCS 8, or what openssl and cfssl wrote before it (PKCS 1 for
/// RSA, SEC 1 for elliptic curves), which Java does not read.
public final class PrivateKeyPem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([^-]*)-----END \\1-----");

  /// `AlgorithmIdentifier` of rsaEncryption, with its NULL.
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

  private static final byte[] VERSION = {2, 1, 0};
  private static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("06072a8648ce3d0201");

  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int OBJECT_ID = 0x06;
  private static final int PARAMETERS = 0xa0;
  private static final int LONG_FORM = 0x80;

  private PrivateKeyPem() {}

  /// The same key as PKCS 8, in PEM.
  ///
  /// @throws IllegalArgumentException if it is none of these, or encrypted
  public static String pkcs8(String pem) {
    Matcher block = BLOCK.matcher(pem);
    while (block.find()) {
      byte[] der = Base64.getMimeDecoder().decode(block.group(2));
      String form = block.group(1);
      boolean isEncrypted = form.startsWith("ENCRYPTED") || block.group(2).contains(":");
      if (isEncrypted) {
        throw new IllegalArgumentException("the key is encrypted: expected one that is not");
      }
      return switch (form) {
        case "PRIVATE KEY" -> pem(der);
        case "RSA PRIVATE KEY" -> pem(wrapped(RSA, der));
        case "EC PRIVATE KEY" -> pem(wrapped(tagged(SEQUENCE, EC_PUBLIC_KEY, curve(der)), der));
        default -> throw new IllegalArgumentException("'%s' is no form of a key".formatted(form));
      };
    }
    throw new IllegalArgumentException("the key is no PEM text with a PRIVATE KEY in it");
  }

  /// Of a key as `pkcs8` gives it: whether it is one of an elliptic curve, and not RSA's.
  public static boolean isElliptic(String pkcs8) {
    String body =
        pkcs8.lines().filter(line -> !line.startsWith("-----")).collect(Collectors.joining());
    byte[] der = Base64.getMimeDecoder().decode(body);
    int at = end(der, content(der, 0, SEQUENCE), VERSION[0]);
    int algorithm = content(der, at, SEQUENCE);
    int end = Math.min(algorithm + EC_PUBLIC_KEY.length, der.length);
    return Arrays.equals(Arrays.copyOfRange(der, algorithm, end), EC_PUBLIC_KEY);
  }

  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return tagged(SEQUENCE, VERSION, algorithm, tagged(OCTETS, key));
  }

  /// `ECPrivateKey ::= SEQUENCE { version, privateKey OCTET STRING, [0] parameters, ... }`.
  private static byte[] curve(byte[] der) {
    int at = content(der, 0, SEQUENCE);
    at = end(der, at, VERSION[0]);
    at = end(der, at, OCTETS);
    int name = content(der, at, PARAMETERS);
    int end = end(der, name, OBJECT_ID);
    return Arrays.copyOfRange(der, name, end);
  }

  private static int end(byte[] der, int at, int tag) {
    int content = content(der, at, tag);
    int end = content + length(der, at);
    if (end > der.length) {
      throw damaged();
    }
    return end;
  }

  private static int content(byte[] der, int at, int tag) {
    if (at + 1 >= der.length || (der[at] & 0xff) != tag) {
      throw damaged();
    }
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < LONG_FORM ? 0 : first - LONG_FORM);
  }

  private static int length(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    int count = first - LONG_FORM;
    if (count < 0) {
      return first;
    }
    if (count > 2 || at + 1 + count >= der.length) {
      throw damaged();
    }
    int length = 0;
    for (int i = 0; i < count; i++) {
      length = (length << 8) | (der[at + 2 + i] & 0xff);
    }
    return length;
  }

  private static IllegalArgumentException damaged() {
    return new IllegalArgumentException("the EC PRIVATE KEY is damaged, or names no curve");
  }

  private static byte[] tagged(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    var all = new ByteArrayOutputStream();
    all.write(tag);
    if (length < LONG_FORM) {
      all.write(length);
    } else {
      all.write(LONG_FORM + 2);
      all.write(length >> 8);
      all.write(length);
    }
    all.writeBytes(content.toByteArray());
    return all.toByteArray();
  }

  private static String pem(byte[] der) {
    return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
        .formatted(Base64.getMimeEncoder().encodeToString(der));
  }
}
