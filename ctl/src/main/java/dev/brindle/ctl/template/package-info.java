// SPDX-License-Identifier: Apache-2.0
/// Go templates, as far as people use them to print resources. No I/O.
@NullMarked
package dev.brindle.ctl.template;

import org.jspecify.annotations.NullMarked;
