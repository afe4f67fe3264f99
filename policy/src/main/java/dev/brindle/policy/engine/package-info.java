// SPDX-License-Identifier: Apache-2.0
/// Who may talk to whom: changes of resources in, what this node must enforce out.
@NullMarked
package dev.brindle.policy.engine;

import org.jspecify.annotations.NullMarked;
