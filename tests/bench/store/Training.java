// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `Training DIRECTORY KEYTOOL COMMAND...`: runs COMMAND with a file of command lines that ask each kind of
/// store, by TLS where there is a choice. What it remembers of that is for its ahead-of-time cache.
final class Training {

  private static final String PASSWORD = "training";
  private static final int SECONDS = 60;

  private static final String NODE =
      """
      apiVersion: projectcalico.org/v3
      kind: Node
      metadata: {name: node-1}
      spec: {bgp: {ipv4Address: 192.0.2.1/24}}
      """;

  private Training() {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    KeyStore keys = keys(directory.resolve("server.p12"), args[1]);
    Path authority = directory.resolve("ca.pem");
    Files.writeString(authority, pem(keys.getCertificate("server").getEncoded()));
    Path node = Files.writeString(directory.resolve("node.yaml"), NODE);
    try (EtcdStandIn etcd = new EtcdStandIn(keys, PASSWORD.toCharArray())) {
      Path onEtcd =
          config(
              directory.resolve("etcd.cfg"),
              "{datastoreType: etcdv3, etcdEndpoints: \"https://localhost:%d\", %s}"
                  .formatted(etcd.port(), "etcdCACertFile: \"%s\"".formatted(authority)));
      Path embedded =
          config(
              directory.resolve("embedded.cfg"),
              "{datastoreType: embedded, datastoreFile: \"%s\"}"
                  .formatted(directory.resolve("store.db")));
      List<String> lines = new ArrayList<>();
      for (Path config : List.of(embedded, onEtcd)) {
        lines.add(String.join("\t", "apply", "-c", config.toString(), "-f", node.toString()));
        lines.add(String.join("\t", "get", "nodes", "-o", "wide", "-c", config.toString()));
      }
      Path commands = Files.write(directory.resolve("commands"), lines);
      List<String> command = new ArrayList<>(List.of(args).subList(2, args.length));
      command.add(commands.toString());
      System.exit(run(command));
    }
  }

  private static Path config(Path file, String spec) throws IOException {
    return Files.writeString(
        file,
        "apiVersion: projectcalico.org/v3\nkind: CalicoAPIConfig\nspec: %s\n".formatted(spec));
  }

  private static KeyStore keys(Path file, String keytool) throws Exception {
    List<String> command =
        List.of(
            keytool, "-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=localhost",
            "-ext", "SAN=dns:localhost", "-validity", "2", "-storetype", "PKCS12", "-storepass",
            PASSWORD, "-keystore", file.toString());
    if (run(command) != 0) {
      throw new IOException("%s made no certificate".formatted(keytool));
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private static String pem(byte[] certificate) {
    return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
        .formatted(Base64.getMimeEncoder().encodeToString(certificate));
  }

  private static int run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return 1;
    }
    return process.exitValue();
  }
}
