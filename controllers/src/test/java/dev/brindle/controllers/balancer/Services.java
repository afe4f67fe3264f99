// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.balancer;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.KubernetesService.Balancing;
import dev.brindle.api.resource.KubernetesService.Ingress;
import dev.brindle.api.resource.Metadata;
import dev.brindle.ipam.Holding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Services, pools and what is held, out of the words of a table.
final class Services {

  /// `a` and `six` give to everybody, `m` only to who asks, `w` to pods.
  static final List<IpPool> POOLS =
      List.of(
          pool(
              "a",
              "192.0.2.0/28",
              IpPool.AllowedUse.LOAD_BALANCER,
              IpPool.AssignmentMode.AUTOMATIC),
          pool(
              "m",
              "198.51.100.0/28",
              IpPool.AllowedUse.LOAD_BALANCER,
              IpPool.AssignmentMode.MANUAL),
          pool(
              "six",
              "2001:db8::/120",
              IpPool.AllowedUse.LOAD_BALANCER,
              IpPool.AssignmentMode.AUTOMATIC),
          pool("w", "10.0.0.0/16", IpPool.AllowedUse.WORKLOAD, IpPool.AssignmentMode.AUTOMATIC));

  private Services() {}

  private static IpPool pool(
      String name, String cidr, IpPool.AllowedUse use, IpPool.AssignmentMode mode) {
    IpPool.Spec usual = IpPool.Spec.of(Cidr.parse(cidr));
    return new IpPool(
        Metadata.named(name),
        new IpPool.Spec(
            usual.cidr(),
            usual.ipipMode(),
            usual.vxlanMode(),
            false,
            false,
            false,
            usual.blockSize(),
            "",
            "",
            List.of(use),
            mode));
  }

  /// `class=x`, `ips=[..]`, `v4pools=[..]`, `v6pools=[..]`, `lbip=..`, `type=..`; `46`, `64` or `6`
  /// for its families, else IPv4; `prefer`, `require`, `single`; `shows:1.2.3.4`, `host:name`.
  static KubernetesService service(String words) {
    Map<String, String> fields = new HashMap<>();
    Map<String, String> annotations = new HashMap<>();
    List<IpFamily> families = new ArrayList<>(List.of(IpFamily.IPV4));
    List<Ingress> ways = new ArrayList<>();
    for (String word : words.isEmpty() ? new String[0] : words.split(" ", -1)) {
      if (word.startsWith("shows:")) {
        ways.add(new Ingress(word.substring("shows:".length()), ""));
      } else if (word.startsWith("host:")) {
        ways.add(new Ingress("", word.substring("host:".length())));
      } else if (word.contains("=")) {
        String[] pair = word.split("=", 2);
        switch (pair[0]) {
          case "ips" -> annotations.put(KubernetesService.LOAD_BALANCER_IPS, pair[1]);
          case "v4pools" -> annotations.put(KubernetesService.IPV4_POOLS, pair[1]);
          case "v6pools" -> annotations.put(KubernetesService.IPV6_POOLS, pair[1]);
          default -> fields.put(pair[0], pair[1]);
        }
      } else if (word.matches("[46]+")) {
        families.clear();
        word.chars().forEach(digit -> families.add(IpFamily.ofVersion(digit - '0')));
      } else {
        fields.put("policy", word);
      }
    }
    String policy =
        switch (fields.getOrDefault("policy", "single")) {
          case "prefer" -> "PreferDualStack";
          case "require" -> "RequireDualStack";
          case "single" -> "SingleStack";
          default -> throw new IllegalArgumentException(words);
        };
    String type = fields.getOrDefault("type", KubernetesService.Type.LOAD_BALANCER.toString());
    return new KubernetesService(
        Metadata.named("shop", "web").withAnnotations(annotations).withIdentity("1", "u-1", ""),
        new KubernetesService.Spec(
            List.of(KubernetesService.Type.values()).stream()
                .filter(each -> each.toString().equals(type))
                .findFirst()
                .orElseThrow(),
            List.of(IpAddress.parse("10.96.0.7")),
            List.of(),
            Optional.empty(),
            ways.stream().flatMap(way -> IpAddress.tryParse(way.ip()).stream()).toList(),
            Optional.empty(),
            families),
        new Balancing(
            fields.getOrDefault("class", ""), fields.getOrDefault("lbip", ""), policy, ways));
  }

  /// Addresses with spaces between.
  static List<Holding> held(String words) {
    return words.isEmpty()
        ? List.of()
        : List.of(words.split(" ", -1)).stream()
            .map(word -> new Holding(IpAddress.parse(word), "lb-x", 1))
            .toList();
  }
}
