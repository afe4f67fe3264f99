// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemTextTest {

  @TempDir private Path root;

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          2.6.24,       true
          2.6.23,       false
          2.6,          false
          2.7,          true
          3.0-rc1,      true
          6.12.1-amd64, true
          1.9.99,       false
          mine,         false
          """)
  void versions(String release, boolean isNewEnough) {
    assertThat(new KernelFacts(release, Set.of(), Set.of()).isNewEnough()).isEqualTo(isNewEnough);
  }

  @Test
  void everyPlaceCounts() throws IOException {
    write("proc/sys/kernel/osrelease", "6.12.1\n");
    write("proc/modules", "ip_set 1234 2 xt_set, Live 0x0\nxt_mark 1 0 - Live 0x0\n");
    Files.createDirectories(root.resolve("sys/module/vfio_pci"));
    write(
        "lib/modules/6.12.1/modules.dep",
        "kernel/net/ipv4/netfilter/ip_tables.ko.xz: kernel/x.ko\nkernel/net/xt_set.ko:\n");
    write("lib/modules/6.12.1/modules.builtin", "kernel/net/netfilter/xt_conntrack.ko\n");
    write(
        "boot/config-6.12.1",
        "CONFIG_NF_CT_NETLINK=m\nCONFIG_IP_NF_TARGET_REJECT=y\n# CONFIG_NETFILTER_XT_MATCH_U32 is not"
            + " set\n");

    SystemText text = SystemText.of(new SystemFiles(root).kernel(""));

    assertThat(text.isFit()).isFalse();
    assertThat(text.text())
        .isEqualTo(
            """
            Checking kernel version...
            \t\t6.12.1              \t\t\t\t\tOK
            Checking kernel modules...
            \t\tip_set              \t\t\t\t\tOK
            WARNING: Unable to detect optional module/feature ip6_tables; continuing
            \t\tip6_tables          \t\t\t\t\tSKIP
            \t\tip_tables           \t\t\t\t\tOK
            WARNING: Unable to detect the ipt_ipvs module as Loaded/Builtin module or lsmod
            \t\tipt_ipvs            \t\t\t\t\tFAIL
            \t\tvfio-pci            \t\t\t\t\tOK
            WARNING: Unable to detect optional module/feature xt_bpf; continuing
            \t\txt_bpf              \t\t\t\t\tSKIP
            \t\tipt_REJECT          \t\t\t\t\tOK
            WARNING: Unable to detect the xt_rpfilter module as Loaded/Builtin module or lsmod
            \t\txt_rpfilter         \t\t\t\t\tFAIL
            \t\tnf_conntrack_netlink\t\t\t\t\tOK
            WARNING: Unable to detect the xt_addrtype module as Loaded/Builtin module or lsmod
            \t\txt_addrtype         \t\t\t\t\tFAIL
            \t\txt_conntrack        \t\t\t\t\tOK
            \t\txt_mark             \t\t\t\t\tOK
            WARNING: Unable to detect the xt_multiport module as Loaded/Builtin module or lsmod
            \t\txt_multiport        \t\t\t\t\tFAIL
            \t\txt_set              \t\t\t\t\tOK
            WARNING: Unable to detect optional module/feature xt_u32; continuing
            \t\txt_u32              \t\t\t\t\tSKIP
            """);
  }

  @Test
  void aConfigurationMayBeNamed() throws IOException {
    write("proc/sys/kernel/osrelease", "6.12.1\n");
    String all =
        KernelModule.WANTED.stream()
            .filter(module -> !module.isOptional())
            .map(module -> module.option() + "=y\n")
            .collect(Collectors.joining());
    write("mine", all);

    assertThat(SystemText.of(new SystemFiles(root).kernel("")).isFit()).isFalse();
    SystemText text = SystemText.of(new SystemFiles(root).kernel("mine"));
    assertThat(text.isFit()).isTrue();
    assertThat(text.text()).endsWith("System meets minimum system requirements to run Calico!\n");
  }

  @Test
  void whoIsRootIsReadFromTheProcess() throws IOException {
    write("proc/self/status", "Name:\tx\nUid:\t1000\t0\t1000\t1000\n");
    assertThat(new SystemFiles(root).isRoot()).isTrue();
    write("proc/self/status", "Name:\tx\nUid:\t0\t1000\t0\t0\n");
    assertThat(new SystemFiles(root).isRoot()).isFalse();
  }
}
