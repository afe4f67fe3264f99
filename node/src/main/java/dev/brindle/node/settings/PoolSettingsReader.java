// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import dev.brindle.api.label.Selector;
import dev.brindle.api.label.SelectorSyntaxException;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.EncapsulationMode;
import java.util.Locale;
import java.util.Set;

/// Reads the variables of one family's default pool.
final class PoolSettingsReader {

  private static final Set<String> FALSE = Set.of("false", "0", "no", "n", "f");

  private final Environment environment;
  private final IpFamily family;
  private final String prefix;

  private PoolSettingsReader(Environment environment, IpFamily family) {
    this.environment = environment;
    this.family = family;
    this.prefix = "CALICO_IPV%dPOOL_".formatted(family.version());
  }

  static PoolSettings read(Environment environment, IpFamily family) {
    return new PoolSettingsReader(environment, family).read();
  }

  private PoolSettings read() {
    PoolSettings.Range range = range();
    EncapsulationMode ipip =
        family == IpFamily.IPV4 ? encapsulation("IPIP") : EncapsulationMode.NEVER;
    EncapsulationMode vxlan = encapsulation("VXLAN");
    if (ipip.isOn() && vxlan.isOn()) {
      throw new BadSettingException(
          prefix + "VXLAN", vxlan.toString(), "Never, as %sIPIP is %s".formatted(prefix, ipip));
    }
    return new PoolSettings(
        family,
        range,
        ipip,
        vxlan,
        blockSize(range),
        isTrue("NAT_OUTGOING", family == IpFamily.IPV4),
        nodeSelector(),
        isTrue("DISABLE_BGP_EXPORT", false));
  }

  private PoolSettings.Range range() {
    String text = text("CIDR");
    if (text.isEmpty()) {
      return new PoolSettings.Range.Any();
    }
    if (text.equals("none")) {
      return new PoolSettings.Range.None();
    }
    return new PoolSettings.Range.Given(
        Cidr.tryParse(text)
            .filter(cidr -> cidr.family() == family && text.contains("/"))
            .orElseThrow(() -> bad("CIDR", "an %s CIDR, or none".formatted(family))));
  }

  private EncapsulationMode encapsulation(String variable) {
    return switch (text(variable).toLowerCase(Locale.ROOT)) {
      case "", "off", "never" -> EncapsulationMode.NEVER;
      case "always" -> EncapsulationMode.ALWAYS;
      case "crosssubnet", "cross-subnet" -> EncapsulationMode.CROSS_SUBNET;
      default -> throw bad(variable, "Always, CrossSubnet or Never");
    };
  }

  private int blockSize(PoolSettings.Range range) {
    int least = family == IpFamily.IPV4 ? 20 : 116;
    int most = family.bits();
    String expected = "a prefix length from %d to %d".formatted(least, most);
    int size = family == IpFamily.IPV4 ? 26 : 122;
    String text = text("BLOCK_SIZE");
    if (!text.isEmpty()) {
      size = number(text, expected);
    }
    if (size < least || size > most) {
      throw bad("BLOCK_SIZE", expected);
    }
    if (range instanceof PoolSettings.Range.Given(Cidr cidr) && size < cidr.length()) {
      throw new BadSettingException(
          prefix + "CIDR",
          cidr.toString(),
          "a CIDR that holds at least one block of /%d (%sBLOCK_SIZE)".formatted(size, prefix));
    }
    return size;
  }

  private int number(String text, String expected) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw bad("BLOCK_SIZE", expected);
    }
  }

  /// As Calico reads it: whatever is not one of the words for "no" is yes.
  private boolean isTrue(String variable, boolean absent) {
    String text = text(variable).toLowerCase(Locale.ROOT);
    return text.isEmpty() ? absent : !FALSE.contains(text);
  }

  private String nodeSelector() {
    String text = text("NODE_SELECTOR");
    try {
      Selector.parse(text);
      return text;
    } catch (SelectorSyntaxException e) {
      throw bad("NODE_SELECTOR", "a selector: " + e.getMessage());
    }
  }

  private String text(String variable) {
    return environment.text(prefix + variable);
  }

  private BadSettingException bad(String variable, String expected) {
    return new BadSettingException(prefix + variable, text(variable), expected);
  }
}
