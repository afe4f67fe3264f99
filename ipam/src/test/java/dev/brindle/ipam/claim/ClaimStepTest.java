// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimStepTest {

  private static final Cidr CIDR = Cidr.parse("10.0.0.0/26");
  private static final BlockOwner OWN = BlockOwner.node("own");

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                  | affinity        | block | wrote | next
          nothing yet              | -               | -     | no    | Announce
          announced                | pending         | -     | no    | CreateBlock
          block made               | pending         | own   | yes   | Confirm
          found half done          | pending         | own   | no    | TouchBlock
          done                     | confirmed       | own   | no    | Owned
          block lost               | confirmed       | -     | no    | CreateBlock
          affinity lost            | -               | own   | no    | Announce
          being let go             | pendingDeletion | own   | no    | MarkPending
          let go                   | pendingDeletion | -     | no    | MarkPending
          another's                | -               | other | no    | Lost
          nobody's                 | -               | none  | no    | Lost
          another was faster       | pending         | other | no    | DropAffinity
          another's, stale         | confirmed       | other | no    | DropAffinity
          another's, being let go  | pendingDeletion | other | no    | DropAffinity
          nobody's, stale          | confirmed       | none  | no    | DropAffinity
          """)
  void decides(String story, String affinity, String block, String wrote, String next) {
    ClaimStep step = ClaimStep.next(OWN, affinity(affinity), block(block), wrote.equals("yes"));
    assertThat(step.getClass().getSimpleName()).isEqualTo(next);
  }

  private static Optional<BlockAffinity> affinity(String text) {
    return Arrays.stream(BlockAffinity.State.values())
        .filter(state -> state.toString().equals(text))
        .map(state -> Affinities.in(Affinities.pending(OWN, CIDR), state))
        .findFirst();
  }

  private static Optional<Block> block(String owner) {
    Block block = Block.unused(CIDR, BlockOwner.node(owner), Instant.EPOCH, 1);
    return switch (owner) {
      case "-" -> Optional.empty();
      case "none" -> Optional.of(block.disowned());
      default -> Optional.of(block);
    };
  }
}
