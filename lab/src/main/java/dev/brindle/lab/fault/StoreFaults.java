// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import dev.brindle.api.net.IpAddress;
import dev.brindle.lab.topology.Addressing;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;

/// A store that is not to be had, and what should not be in it.
final class StoreFaults {

  private static final IpAddress HERE = IpAddress.parse("127.0.0.1");
  private static final IpAddress ELSEWHERE = IpAddress.parse("192.0.2.77");

  private StoreFaults() {}

  static void away(Patient patient) {
    store(patient, 1);
  }

  /// The daemon's store is that port of the node itself, from its next start on.
  private static void store(Patient patient, int port) {
    store(patient, "https", port);
  }

  private static void store(Patient patient, String scheme, int port) {
    patient.set("DATASTORE_TYPE", "kubernetes");
    patient.set("K8S_API_ENDPOINT", "%s://127.0.0.1:%d".formatted(scheme, port));
  }

  static void slow(Patient patient) throws IOException {
    cluster(patient, Duration.ofMillis(1200), Duration.ZERO, List.of());
  }

  static void clockDiffers(Patient patient) throws IOException {
    cluster(patient, Duration.ZERO, Duration.ofMinutes(10), List.of());
  }

  /// In a lab's own store IPAM alone writes claims, and who deletes a Node takes them back.
  static void goneNode(Patient patient) throws IOException {
    String claim =
        """
        {"kind": "BlockAffinity", "apiVersion": "crd.projectcalico.org/v1",
          "metadata": {"name": "gone-192-0-2-64-26", "resourceVersion": "1",
            "uid": "5f0e6f5c-2b7c-4b3a-9f0e-6f5c2b7c4b3a"},
          "spec": {"node": "gone", "cidr": "192.0.2.64/26", "state": "confirmed", "deleted": "false"}}
        """;
    cluster(patient, Duration.ZERO, Duration.ZERO, List.of(claim));
  }

  /// The daemon's store is a Kubernetes on the node itself, from its next start on.
  private static void cluster(Patient patient, Duration pause, Duration ahead, List<String> claims)
      throws IOException {
    var server = ClusterServer.start(patient.host(), pause, ahead, claims);
    patient.later(server::close);
    store(patient, "http", server.port());
  }

  static void authority(Patient patient)
      throws IOException, InterruptedException, GeneralSecurityException {
    serve(patient, Keys.server("theirs", 1, HERE), Keys.authority("ours").getCertificate(), false);
  }

  static void time(Patient patient)
      throws IOException, InterruptedException, GeneralSecurityException {
    serve(patient, Keys.server("ours", -1, HERE), false);
  }

  static void name(Patient patient)
      throws IOException, InterruptedException, GeneralSecurityException {
    serve(patient, Keys.server("ours", 1, ELSEWHERE), false);
  }

  static void refuses(Patient patient)
      throws IOException, InterruptedException, GeneralSecurityException {
    serve(patient, Keys.server("ours", 1, HERE), true);
  }

  private static void serve(Patient patient, PrivateKeyEntry key, boolean wantsOurs)
      throws IOException, GeneralSecurityException {
    serve(patient, key, Keys.authority(key), wantsOurs);
  }

  /// @param key the server's
  /// @param trusted by the daemon
  /// @param wantsOurs whether the server asks for a certificate of the daemon's
  private static void serve(
      Patient patient, PrivateKeyEntry key, Certificate trusted, boolean wantsOurs)
      throws IOException, GeneralSecurityException {
    var server = TlsServer.start(patient.host(), key, wantsOurs);
    patient.later(server::close);
    store(patient, server.port());
    patient.set("K8S_CA_FILE", patient.file("ca.pem", Keys.pem(trusted)).toString());
  }

  static void locked(Patient patient) throws IOException, InterruptedException {
    patient.later(() -> patient.rig().brindle(List.of("datastore", "migrate", "unlock")));
    patient.rig().brindle(List.of("datastore", "migrate", "lock"));
  }

  /// Pods get no address of it.
  static void addressInPool(Patient patient) throws IOException, InterruptedException {
    patient.apply(
        """
        apiVersion: projectcalico.org/v3
        kind: IPPool
        metadata: {name: %s}
        spec: {cidr: "%s", disabled: true}
        """
            .formatted(
                patient.fault(), Addressing.segment(patient.node().segment(), patient.family())));
  }

  static void addressTwice(Patient patient) throws IOException, InterruptedException {
    patient.apply(
        """
        apiVersion: projectcalico.org/v3
        kind: Node
        metadata: {name: twin-of-%s}
        spec: {bgp: {%s: "%s"}}
        """
            .formatted(
                patient.node().name(),
                patient.address().isIpv4() ? "ipv4Address" : "ipv6Address",
                Addressing.node(patient.node(), patient.family())));
  }

  /// A daemon that has just started waits for its peers.
  static void notReady(Patient patient) throws IOException, InterruptedException {
    patient.apply(
        """
        apiVersion: projectcalico.org/v3
        kind: BGPPeer
        metadata: {name: nobody-of-%1$s}
        spec: {node: %1$s, peerIP: "%2$s", asNumber: 64999}
        """
            .formatted(
                patient.node().name(), patient.address().isIpv4() ? "192.0.2.77" : "2001:db8::77"));
    patient.restartDaemon();
  }
}
