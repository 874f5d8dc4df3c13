! SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
! SPDX-License-Identifier: LGPL-2.1-or-later
!
! A backend in Fortran: a team of OpenMP, a child, random numbers, the time.
program backend
  implicit none
  integer :: n, total, status, values(8)
  real :: x

  total = 0
  !$omp parallel do reduction(+ : total)
  do n = 1, 1000
     total = total + n
  end do
  if (total /= 500500) error stop 'OpenMP'
  call execute_command_line('true', exitstat=status)
  if (status /= 0) error stop 'status of a child'
  call random_seed()
  call random_number(x)
  call date_and_time(values=values)
  if (x >= 1 .or. values(1) < 2000) error stop 'random numbers or time'
  print '(a)', '{"type": "sample", "features": ["healthy"]}'
end program backend
