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

/// `Training SET DIRECTORY KEYTOOL COMMAND...`: runs COMMAND with a file of command lines. What it remembers of
/// that is for its ahead-of-time cache. SET is `light` for commands that ask no store, `etcd` for those to etcd
/// without TLS, or `all` for each kind of store, by TLS where there is a choice.
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
    String set = args[0];
    Path directory = Path.of(args[1]);
    List<String> command = new ArrayList<>(List.of(args).subList(3, args.length));
    List<String> lines = new ArrayList<>();
    switch (set) {
      case "light" -> {
        lines.addAll(List.of("version\t--client", "--help", "get\t--help", "completion\tbash"));
        System.exit(run(command, directory, lines));
      }
      case "etcd" -> {
        try (EtcdStandIn etcd = EtcdStandIn.plain()) {
          ask(lines, directory, onEtcd(directory, "http", etcd, ""));
          System.exit(run(command, directory, lines));
        }
      }
      case "all" -> {
        KeyStore keys = keys(directory.resolve("server.p12"), args[2]);
        Path authority = directory.resolve("ca.pem");
        Files.writeString(authority, pem(keys.getCertificate("server").getEncoded()));
        try (EtcdStandIn etcd = EtcdStandIn.encrypted(keys, PASSWORD.toCharArray())) {
          Path store = directory.resolve("store.db");
          ask(
              lines,
              directory,
              config(
                  directory.resolve("embedded.cfg"),
                  "{datastoreType: embedded, datastoreFile: \"%s\"}".formatted(store)));
          String certificate = ", etcdCACertFile: \"%s\"".formatted(authority);
          ask(lines, directory, onEtcd(directory, "https", etcd, certificate));
          System.exit(run(command, directory, lines));
        }
      }
      default -> throw new IllegalArgumentException("unknown set " + set);
    }
  }

  private static Path onEtcd(Path directory, String scheme, EtcdStandIn etcd, String more)
      throws IOException {
    return config(
        directory.resolve("etcd.cfg"),
        "{datastoreType: etcdv3, etcdEndpoints: \"%s://localhost:%d\"%s}"
            .formatted(scheme, etcd.port(), more));
  }

  private static void ask(List<String> lines, Path directory, Path config) throws IOException {
    Path node = Files.writeString(directory.resolve("node.yaml"), NODE);
    lines.add(String.join("\t", "apply", "-c", config.toString(), "-f", node.toString()));
    lines.add(String.join("\t", "get", "nodes", "-c", config.toString()));
    lines.add(String.join("\t", "get", "nodes", "-o", "wide", "-c", config.toString()));
  }

  private static int run(List<String> command, Path directory, List<String> lines)
      throws Exception {
    List<String> whole = new ArrayList<>(command);
    whole.add(Files.write(directory.resolve("commands"), lines).toString());
    return run(whole);
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
