// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Keys, certificates and who is who in a cluster: files in one directory. Users have tokens, which
/// are their names.
final class Authority {

  static final String ADMIN = "admin";
  static final String CONTROLLER_MANAGER = "controller-manager";
  static final String SCHEDULER = "scheduler";

  private final Path directory;
  private final String url;

  private Authority(Path directory, String url) {
    this.directory = directory;
    this.url = url;
  }

  /// @param address of the API server
  /// @param url of the same
  /// @param nodes whose kubelets are to be known
  static Authority make(Path directory, String address, String url, List<String> nodes) {
    Authority authority = new Authority(directory, url);
    authority.makeCertificates(address);
    List<String> users = new ArrayList<>();
    users.add("%s,admin,1,system:masters".formatted(ADMIN));
    users.add("%s,system:kube-controller-manager,2".formatted(CONTROLLER_MANAGER));
    users.add("%s,system:kube-scheduler,3".formatted(SCHEDULER));
    nodes.forEach(node -> users.add("%1$s,system:node:%1$s,of-%1$s,system:nodes".formatted(node)));
    authority.write("tokens.csv", String.join("\n", users));
    for (String user : users) {
      authority.writeConfig(user.substring(0, user.indexOf(',')));
    }
    return authority;
  }

  private void makeCertificates(String address) {
    Certificates certificates = Certificates.make(directory, "ca");
    certificates.add(
        "server",
        "/CN=kube-apiserver",
        "subjectAltName=IP:127.0.0.1,IP:10.96.0.1,IP:%s,DNS:kubernetes".formatted(address));
    certificates.add(
        "kubelets", "/O=system:masters/CN=kube-apiserver", "extendedKeyUsage=clientAuth");
    Certificates.openssl(directory, "genrsa -out accounts.key 2048");
  }

  private void writeConfig(String user) {
    write(
        user + ".conf",
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: test, cluster: {server: "%s", certificate-authority: "%s"}}]
        users: [{name: "%s", user: {token: "%s"}}]
        contexts: [{name: test, context: {cluster: test, user: "%s"}}]
        current-context: test
        """
            .formatted(url, file("ca.pem"), user, user, user));
  }

  private void write(String name, String text) {
    try {
      Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// `ca.pem`, `server.pem` and `.key`, `kubelets.pem` and `.key` (for calls to them),
  /// `accounts.key`, `tokens.csv`.
  Path file(String name) {
    return directory.resolve(name);
  }

  /// The kubeconfig of a user, by the user's token.
  Path config(String user) {
    return file(user + ".conf");
  }

  String url() {
    return url;
  }
}
