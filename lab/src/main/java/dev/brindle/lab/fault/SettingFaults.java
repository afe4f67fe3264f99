// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import dev.brindle.api.net.IpFamily;
import dev.brindle.lab.program.Rights;
import dev.brindle.lab.topology.Addressing;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// Settings of the daemon that do not fit the machine. The daemon that runs has not read them yet.
final class SettingFaults {

  private static final int OTHER_PORT = 9098;
  private static final int MNT_DETACH = 2;

  private SettingFaults() {}

  /// As in a container whose manifest lacks it.
  static void noNetAdmin(Patient patient) {
    patient.set(Rights.WITHOUT, "net_admin");
  }

  static void directoryUnusable(Patient patient) throws IOException {
    Path file = patient.file("file", "");
    patient.set("BRINDLE_STATE_DIR", file.resolve("state").toString());
  }

  static void diskFull(Patient patient) throws IOException {
    Path disk = patient.directory().resolve("disk");
    Files.createDirectory(disk);
    patient.later(() -> Files.deleteIfExists(disk));
    patient.rig().libc().mount("tmpfs", disk.toString(), "tmpfs", 0, "size=1m");
    patient.later(() -> patient.rig().libc().unmount(disk.toString(), MNT_DETACH));
    patient.set("BRINDLE_STATE_DIR", disk.toString());
  }

  /// A node that is known keeps the address that it had.
  static void addressNone(Patient patient) {
    patient.set("NODENAME", patient.node().name() + "-renamed");
    for (String ip : new String[] {"IP", "IP6"}) {
      patient.set(ip, "autodetect");
      patient.set(ip + "_AUTODETECTION_METHOD", "interface=eth7");
    }
  }

  static void addressNotHere(Patient patient) {
    patient.set(variable(patient), isIpv4(patient) ? "192.0.2.77/24" : "2001:db8::77/64");
  }

  static void addressOfContainers(Patient patient) {
    String address = isIpv4(patient) ? "172.17.0.1/16" : "fd00:17::1/64";
    patient.device("docker0", address);
    patient.set(variable(patient), address);
  }

  static void addressVirtual(Patient patient) {
    String virtual =
        Addressing.segment(patient.node().segment(), patient.family())
            .address()
            .plus(200)
            .toString();
    patient.device("vip0", virtual + (isIpv4(patient) ? "/32" : "/128"));
    patient.set(variable(patient), virtual);
  }

  /// What says the node's address of the family that the lab has.
  private static String variable(Patient patient) {
    return isIpv4(patient) ? "IP" : "IP6";
  }

  private static boolean isIpv4(Patient patient) {
    return patient.family() == IpFamily.IPV4;
  }

  static void portTaken(Patient patient) throws IOException {
    ServerSocketChannel other = patient.host().inside(ServerSocketChannel::open);
    patient.later(other::close);
    other.bind(new InetSocketAddress(OTHER_PORT));
    patient.set("FELIX_HEALTHPORT", Integer.toString(OTHER_PORT));
  }
}
