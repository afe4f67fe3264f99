// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// Certificates that sign themselves, made by openssl as people make them.
public final class Certificates {

  private Certificates() {}

  /// Writes `NAME.key` (the form from before PKCS 8), `NAME.pkcs8` and `NAME.pem`.
  ///
  /// @param algorithm rsa or ec
  public static void make(Path name, String algorithm) throws IOException, InterruptedException {
    String key = name + ".key";
    if (algorithm.equals("ec")) {
      openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key);
    } else {
      openssl("genrsa", "-traditional", "-out", key, "2048");
    }
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", key, "-out", name + ".pkcs8");
    openssl(
        "req",
        "-x509",
        "-new",
        "-key",
        key,
        "-subj",
        "/CN=" + name.getFileName(),
        "-addext",
        "subjectAltName=IP:127.0.0.1,IP:::1",
        "-days",
        "2",
        "-out",
        name + ".pem");
  }

  private static void openssl(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new java.util.ArrayList<>(List.of(EtcdServer.program("openssl").toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(said);
    }
  }
}
