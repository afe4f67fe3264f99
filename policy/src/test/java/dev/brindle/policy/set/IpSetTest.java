// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.brindle.api.label.Selector;
import dev.brindle.api.label.UniqueId;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.Protocol;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IpSetTest {

  private static final IpSetName NAME = new IpSetName("s:x");
  private static final IpSetMember ONE = new IpSetMember.Net(Cidr.parse("10.0.0.1"));
  private static final IpSetMember TWO = new IpSetMember.Net(Cidr.parse("10.0.0.2"));

  private final IpSetContents contents = new IpSetContents();

  @Test
  void namesAreMadeAsCalicoMakesThem() {
    Selector selector = Selector.parse("role == 'frontend'");
    String id = "s:lJVGDaqTNzSq4oOWKtH8pYj3zM-u5a8vGYAr8Q";

    assertThat(new SetDefinition.Addresses(selector).name()).hasToString(id);
    assertThat(new SetDefinition.NamedPort(selector, Optional.of(Protocol.TCP), "http").name())
        .hasToString(UniqueId.of("n:", id + ",tcp,http"));
    assertThat(new SetDefinition.NamedPort(selector, Optional.empty(), "http").name())
        .hasToString(UniqueId.of("n:", id + ",none,http"));
  }

  @Test
  void backAndForthLeavesNoTrace() {
    contents.create(NAME);
    contents.add(NAME, Set.of(ONE));
    contents.takeChanges();

    contents.remove(NAME, Set.of(ONE));
    contents.add(NAME, Set.of(TWO));
    contents.add(NAME, Set.of(ONE));
    contents.remove(NAME, Set.of(TWO));

    IpSetContents.Changes changes = contents.takeChanges();
    assertThat(changes).isEqualTo(new IpSetContents.Changes(Map.of(), Map.of(), Set.of()));
  }

  @Test
  void aSetThatWentAndCameBackChangesByItsMembers() {
    contents.create(NAME);
    contents.add(NAME, Set.of(ONE));
    contents.takeChanges();

    contents.drop(NAME);
    contents.create(NAME);
    contents.add(NAME, Set.of(TWO));

    assertThat(contents.takeChanges())
        .isEqualTo(
            new IpSetContents.Changes(
                Map.of(),
                Map.of(NAME, new IpSetContents.Difference(Set.of(TWO), Set.of(ONE))),
                Set.of()));
  }

  @Test
  void aSetThatCameAndWentIsNotTold() {
    contents.create(NAME);
    contents.add(NAME, Set.of(ONE));
    contents.drop(NAME);

    assertThat(contents.takeChanges())
        .isEqualTo(new IpSetContents.Changes(Map.of(), Map.of(), Set.of()));
    assertThat(contents.all()).isEmpty();
  }

  @Test
  void onlySetsThatAreThereHaveMembers() {
    assertThatIllegalStateException()
        .isThrownBy(() -> contents.add(NAME, Set.of(ONE)))
        .withMessage("set s:x is not there");
  }
}
