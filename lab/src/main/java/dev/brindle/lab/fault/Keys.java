// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import dev.brindle.api.net.IpAddress;
import dev.brindle.lab.program.CommandLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// Keys with certificates that are as a fault wants them, made by keytool(1) of the JDK that we run
/// on.
final class Keys {

  /// keytool wants one. The file is gone at once, and nobody trusts what was in it.
  private static final String PASSWORD = "nobody trusts this";

  private static final String AUTHORITY = "authority";
  private static final String SERVER = "server";
  private static final int DAYS_GONE = 30;

  private Keys() {}

  /// One that certifies itself, for a month from now, and may certify others.
  static PrivateKeyEntry authority(String name)
      throws IOException, InterruptedException, GeneralSecurityException {
    return made(AUTHORITY, List.of(authorityOf(name)));
  }

  /// One of a server, and of the authority that has certified it.
  ///
  /// @param days from now until that ends; negative if it has ended
  /// @param called the address that it is for
  static PrivateKeyEntry server(String authority, int days, IpAddress called)
      throws IOException, InterruptedException, GeneralSecurityException {
    List<String> server = new ArrayList<>(pair(SERVER, "lab", days));
    server.addAll(List.of("-ext", "san=ip:" + called, "-signer", AUTHORITY));
    return made(SERVER, List.of(authorityOf(authority), server));
  }

  /// Who certified it at last; itself, if nobody did.
  static Certificate authority(PrivateKeyEntry key) {
    Certificate[] chain = key.getCertificateChain();
    return chain[chain.length - 1];
  }

  private static List<String> authorityOf(String name) {
    List<String> words = new ArrayList<>(pair(AUTHORITY, name, DAYS_GONE));
    words.addAll(List.of("-ext", "BasicConstraints:critical=ca:true"));
    return words;
  }

  private static List<String> pair(String alias, String name, int days) {
    return List.of(
        "-genkeypair",
        "-alias",
        alias,
        "-dname",
        "CN=" + name,
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-startdate",
        "-%dd".formatted(DAYS_GONE),
        "-validity",
        String.valueOf(DAYS_GONE + days));
  }

  /// @param alias whose it is, of all that is made
  private static PrivateKeyEntry made(String alias, List<List<String>> orders)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path directory = Files.createTempDirectory("brindle-keys");
    Path file = directory.resolve("keys.p12");
    try {
      for (List<String> order : orders) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        words.addAll(order);
        words.addAll(List.of("-keystore", file.toString(), "-storepass", PASSWORD));
        CommandLine.run(words, Map.of());
      }
      var password = PASSWORD.toCharArray();
      return (PrivateKeyEntry)
          KeyStore.getInstance(file.toFile(), password)
              .getEntry(alias, new KeyStore.PasswordProtection(password));
    } finally {
      Files.deleteIfExists(file);
      Files.delete(directory);
    }
  }

  /// As files have it (RFC 7468).
  static String pem(Certificate certificate) throws CertificateEncodingException {
    return pem("CERTIFICATE", certificate.getEncoded());
  }

  static String pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(label, body);
  }
}
