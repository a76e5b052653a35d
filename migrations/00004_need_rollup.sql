-- +goose Up
-- Counts of needs by local municipality, field and origin, over months, years and
-- all time of their reports (Europe/Rome), kept in the transaction that changes a
-- need. Beside the totals, columns _s2 to _s5 count the needs of at least that
-- severity, and the columns of each status those of that status; a filter by
-- severity and status at once is answered from the needs themselves. Open statuses
-- sort up to IN_PROGRESS.
create type rollup_span as enum ('ALL', 'YEAR', 'MONTH');

create table need_rollup (
  span            rollup_span not null,
  since           date not null,
  municipality_id int not null,
  field           field_of_intervention not null,
  origin          need_origin not null,
  needs                int not null,
  open_needs           int not null,
  people               int not null,
  open_people          int not null,
  answered             int not null,
  needs_s2             int not null,
  open_needs_s2        int not null,
  people_s2            int not null,
  open_people_s2       int not null,
  answered_s2          int not null,
  needs_s3             int not null,
  open_needs_s3        int not null,
  people_s3            int not null,
  open_people_s3       int not null,
  answered_s3          int not null,
  needs_s4             int not null,
  open_needs_s4        int not null,
  people_s4            int not null,
  open_people_s4       int not null,
  answered_s4          int not null,
  needs_s5             int not null,
  open_needs_s5        int not null,
  people_s5            int not null,
  open_people_s5       int not null,
  answered_s5          int not null,
  needs_reported       int not null,
  people_reported      int not null,
  answered_reported    int not null,
  needs_verified       int not null,
  people_verified      int not null,
  answered_verified    int not null,
  needs_assigned       int not null,
  people_assigned      int not null,
  answered_assigned    int not null,
  needs_in_progress    int not null,
  people_in_progress   int not null,
  answered_in_progress int not null,
  needs_met            int not null,
  people_met           int not null,
  answered_met         int not null,
  needs_closed         int not null,
  people_closed        int not null,
  answered_closed      int not null,
  needs_rejected       int not null,
  people_rejected      int not null,
  answered_rejected    int not null,
  primary key (span, since, municipality_id, field, origin),
  check (since = case span when 'MONTH' then date_trunc('month', since::timestamp)::date when 'YEAR' then date_trunc('year', since::timestamp)::date
    else date '0001-01-01' end)
) with (fillfactor = 70);
comment on column need_rollup.since is 'first day of the month or year; 0001-01-01 for all time';

-- What the rollup should hold, for the rebuild and for needmap doctor.
create view need_rollup_expected as
  select u.span, u.since, m.municipality_id, m.field, m.origin,
    sum(needs)::int as needs, sum(open_needs)::int as open_needs, sum(people)::int as people,
    sum(open_people)::int as open_people, sum(answered)::int as answered, sum(needs_s2)::int as needs_s2,
    sum(open_needs_s2)::int as open_needs_s2, sum(people_s2)::int as people_s2,
    sum(open_people_s2)::int as open_people_s2, sum(answered_s2)::int as answered_s2,
    sum(needs_s3)::int as needs_s3, sum(open_needs_s3)::int as open_needs_s3,
    sum(people_s3)::int as people_s3, sum(open_people_s3)::int as open_people_s3,
    sum(answered_s3)::int as answered_s3, sum(needs_s4)::int as needs_s4,
    sum(open_needs_s4)::int as open_needs_s4, sum(people_s4)::int as people_s4,
    sum(open_people_s4)::int as open_people_s4, sum(answered_s4)::int as answered_s4,
    sum(needs_s5)::int as needs_s5, sum(open_needs_s5)::int as open_needs_s5,
    sum(people_s5)::int as people_s5, sum(open_people_s5)::int as open_people_s5,
    sum(answered_s5)::int as answered_s5, sum(needs_reported)::int as needs_reported,
    sum(people_reported)::int as people_reported, sum(answered_reported)::int as answered_reported,
    sum(needs_verified)::int as needs_verified, sum(people_verified)::int as people_verified,
    sum(answered_verified)::int as answered_verified, sum(needs_assigned)::int as needs_assigned,
    sum(people_assigned)::int as people_assigned, sum(answered_assigned)::int as answered_assigned,
    sum(needs_in_progress)::int as needs_in_progress, sum(people_in_progress)::int as people_in_progress,
    sum(answered_in_progress)::int as answered_in_progress, sum(needs_met)::int as needs_met,
    sum(people_met)::int as people_met, sum(answered_met)::int as answered_met,
    sum(needs_closed)::int as needs_closed, sum(people_closed)::int as people_closed,
    sum(answered_closed)::int as answered_closed, sum(needs_rejected)::int as needs_rejected,
    sum(people_rejected)::int as people_rejected, sum(answered_rejected)::int as answered_rejected
  from (
    select date_trunc('month', reported_on::timestamp)::date as month, municipality_id, field, origin,
      coalesce(count(*), 0)::int as needs,
      coalesce(count(*) filter (where status <= 'IN_PROGRESS'), 0)::int as open_needs,
      coalesce(sum(people), 0)::int as people,
      coalesce(sum(people) filter (where status <= 'IN_PROGRESS'), 0)::int as open_people,
      coalesce(sum(people_answered), 0)::int as answered,
      coalesce(count(*) filter (where severity >= 2), 0)::int as needs_s2,
      coalesce(count(*) filter (where severity >= 2 and status <= 'IN_PROGRESS'), 0)::int as open_needs_s2,
      coalesce(sum(people) filter (where severity >= 2), 0)::int as people_s2,
      coalesce(sum(people) filter (where severity >= 2 and status <= 'IN_PROGRESS'), 0)::int as open_people_s2,
      coalesce(sum(people_answered) filter (where severity >= 2), 0)::int as answered_s2,
      coalesce(count(*) filter (where severity >= 3), 0)::int as needs_s3,
      coalesce(count(*) filter (where severity >= 3 and status <= 'IN_PROGRESS'), 0)::int as open_needs_s3,
      coalesce(sum(people) filter (where severity >= 3), 0)::int as people_s3,
      coalesce(sum(people) filter (where severity >= 3 and status <= 'IN_PROGRESS'), 0)::int as open_people_s3,
      coalesce(sum(people_answered) filter (where severity >= 3), 0)::int as answered_s3,
      coalesce(count(*) filter (where severity >= 4), 0)::int as needs_s4,
      coalesce(count(*) filter (where severity >= 4 and status <= 'IN_PROGRESS'), 0)::int as open_needs_s4,
      coalesce(sum(people) filter (where severity >= 4), 0)::int as people_s4,
      coalesce(sum(people) filter (where severity >= 4 and status <= 'IN_PROGRESS'), 0)::int as open_people_s4,
      coalesce(sum(people_answered) filter (where severity >= 4), 0)::int as answered_s4,
      coalesce(count(*) filter (where severity >= 5), 0)::int as needs_s5,
      coalesce(count(*) filter (where severity >= 5 and status <= 'IN_PROGRESS'), 0)::int as open_needs_s5,
      coalesce(sum(people) filter (where severity >= 5), 0)::int as people_s5,
      coalesce(sum(people) filter (where severity >= 5 and status <= 'IN_PROGRESS'), 0)::int as open_people_s5,
      coalesce(sum(people_answered) filter (where severity >= 5), 0)::int as answered_s5,
      coalesce(count(*) filter (where status = 'REPORTED'), 0)::int as needs_reported,
      coalesce(sum(people) filter (where status = 'REPORTED'), 0)::int as people_reported,
      coalesce(sum(people_answered) filter (where status = 'REPORTED'), 0)::int as answered_reported,
      coalesce(count(*) filter (where status = 'VERIFIED'), 0)::int as needs_verified,
      coalesce(sum(people) filter (where status = 'VERIFIED'), 0)::int as people_verified,
      coalesce(sum(people_answered) filter (where status = 'VERIFIED'), 0)::int as answered_verified,
      coalesce(count(*) filter (where status = 'ASSIGNED'), 0)::int as needs_assigned,
      coalesce(sum(people) filter (where status = 'ASSIGNED'), 0)::int as people_assigned,
      coalesce(sum(people_answered) filter (where status = 'ASSIGNED'), 0)::int as answered_assigned,
      coalesce(count(*) filter (where status = 'IN_PROGRESS'), 0)::int as needs_in_progress,
      coalesce(sum(people) filter (where status = 'IN_PROGRESS'), 0)::int as people_in_progress,
      coalesce(sum(people_answered) filter (where status = 'IN_PROGRESS'), 0)::int as answered_in_progress,
      coalesce(count(*) filter (where status = 'MET'), 0)::int as needs_met,
      coalesce(sum(people) filter (where status = 'MET'), 0)::int as people_met,
      coalesce(sum(people_answered) filter (where status = 'MET'), 0)::int as answered_met,
      coalesce(count(*) filter (where status = 'CLOSED'), 0)::int as needs_closed,
      coalesce(sum(people) filter (where status = 'CLOSED'), 0)::int as people_closed,
      coalesce(sum(people_answered) filter (where status = 'CLOSED'), 0)::int as answered_closed,
      coalesce(count(*) filter (where status = 'REJECTED'), 0)::int as needs_rejected,
      coalesce(sum(people) filter (where status = 'REJECTED'), 0)::int as people_rejected,
      coalesce(sum(people_answered) filter (where status = 'REJECTED'), 0)::int as answered_rejected
    from need
    group by 1, 2, 3, 4
  ) m
  cross join lateral (values
    ('MONTH'::rollup_span, m.month), ('YEAR', date_trunc('year', m.month::timestamp)::date), ('ALL', date '0001-01-01')
  ) u(span, since)
  group by 1, 2, 3, 4, 5;

-- PostgreSQL gives transition tables to one event a trigger, so there are three
-- functions alike but for their source. Keys are upserted in order, so that two
-- statements never wait for each other in a circle; transactions of several
-- statements still may, and are to be tried again.
-- +goose StatementBegin
create function need_rollup_on_insert() returns trigger language plpgsql as $$
begin
  insert into need_rollup
  select u.span, u.since, m.municipality_id, m.field, m.origin,
    sum(needs)::int, sum(open_needs)::int, sum(people)::int, sum(open_people)::int, sum(answered)::int,
    sum(needs_s2)::int, sum(open_needs_s2)::int, sum(people_s2)::int, sum(open_people_s2)::int,
    sum(answered_s2)::int, sum(needs_s3)::int, sum(open_needs_s3)::int, sum(people_s3)::int,
    sum(open_people_s3)::int, sum(answered_s3)::int, sum(needs_s4)::int, sum(open_needs_s4)::int,
    sum(people_s4)::int, sum(open_people_s4)::int, sum(answered_s4)::int, sum(needs_s5)::int,
    sum(open_needs_s5)::int, sum(people_s5)::int, sum(open_people_s5)::int, sum(answered_s5)::int,
    sum(needs_reported)::int, sum(people_reported)::int, sum(answered_reported)::int,
    sum(needs_verified)::int, sum(people_verified)::int, sum(answered_verified)::int,
    sum(needs_assigned)::int, sum(people_assigned)::int, sum(answered_assigned)::int,
    sum(needs_in_progress)::int, sum(people_in_progress)::int, sum(answered_in_progress)::int,
    sum(needs_met)::int, sum(people_met)::int, sum(answered_met)::int, sum(needs_closed)::int,
    sum(people_closed)::int, sum(answered_closed)::int, sum(needs_rejected)::int,
    sum(people_rejected)::int, sum(answered_rejected)::int
  from (
    select date_trunc('month', reported_on::timestamp)::date as month, municipality_id, field, origin,
      coalesce(sum(sign), 0)::int as needs,
      coalesce(sum(sign) filter (where status <= 'IN_PROGRESS'), 0)::int as open_needs,
      coalesce(sum(sign * people), 0)::int as people,
      coalesce(sum(sign * people) filter (where status <= 'IN_PROGRESS'), 0)::int as open_people,
      coalesce(sum(sign * people_answered), 0)::int as answered,
      coalesce(sum(sign) filter (where severity >= 2), 0)::int as needs_s2,
      coalesce(sum(sign) filter (where severity >= 2 and status <= 'IN_PROGRESS'), 0)::int as open_needs_s2,
      coalesce(sum(sign * people) filter (where severity >= 2), 0)::int as people_s2,
      coalesce(sum(sign * people) filter (where severity >= 2 and status <= 'IN_PROGRESS'), 0)::int as open_people_s2,
      coalesce(sum(sign * people_answered) filter (where severity >= 2), 0)::int as answered_s2,
      coalesce(sum(sign) filter (where severity >= 3), 0)::int as needs_s3,
      coalesce(sum(sign) filter (where severity >= 3 and status <= 'IN_PROGRESS'), 0)::int as open_needs_s3,
      coalesce(sum(sign * people) filter (where severity >= 3), 0)::int as people_s3,
      coalesce(sum(sign * people) filter (where severity >= 3 and status <= 'IN_PROGRESS'), 0)::int as open_people_s3,
      coalesce(sum(sign * people_answered) filter (where severity >= 3), 0)::int as answered_s3,
      coalesce(sum(sign) filter (where severity >= 4), 0)::int as needs_s4,
      coalesce(sum(sign) filter (where severity >= 4 and status <= 'IN_PROGRESS'), 0)::int as open_needs_s4,
      coalesce(sum(sign * people) filter (where severity >= 4), 0)::int as people_s4,
      coalesce(sum(sign * people) filter (where severity >= 4 and status <= 'IN_PROGRESS'), 0)::int as open_people_s4,
      coalesce(sum(sign * people_answered) filter (where severity >= 4), 0)::int as answered_s4,
      coalesce(sum(sign) filter (where severity >= 5), 0)::int as needs_s5,
      coalesce(sum(sign) filter (where severity >= 5 and status <= 'IN_PROGRESS'), 0)::int as open_needs_s5,
      coalesce(sum(sign * people) filter (where severity >= 5), 0)::int as people_s5,
      coalesce(sum(sign * people) filter (where severity >= 5 and status <= 'IN_PROGRESS'), 0)::int as open_people_s5,
      coalesce(sum(sign * people_answered) filter (where severity >= 5), 0)::int as answered_s5,
      coalesce(sum(sign) filter (where status = 'REPORTED'), 0)::int as needs_reported,
      coalesce(sum(sign * people) filter (where status = 'REPORTED'), 0)::int as people_reported,
      coalesce(sum(sign * people_answered) filter (where status = 'REPORTED'), 0)::int as answered_reported,
      coalesce(sum(sign) filter (where status = 'VERIFIED'), 0)::int as needs_verified,
      coalesce(sum(sign * people) filter (where status = 'VERIFIED'), 0)::int as people_verified,
      coalesce(sum(sign * people_answered) filter (where status = 'VERIFIED'), 0)::int as answered_verified,
      coalesce(sum(sign) filter (where status = 'ASSIGNED'), 0)::int as needs_assigned,
      coalesce(sum(sign * people) filter (where status = 'ASSIGNED'), 0)::int as people_assigned,
      coalesce(sum(sign * people_answered) filter (where status = 'ASSIGNED'), 0)::int as answered_assigned,
      coalesce(sum(sign) filter (where status = 'IN_PROGRESS'), 0)::int as needs_in_progress,
      coalesce(sum(sign * people) filter (where status = 'IN_PROGRESS'), 0)::int as people_in_progress,
      coalesce(sum(sign * people_answered) filter (where status = 'IN_PROGRESS'), 0)::int as answered_in_progress,
      coalesce(sum(sign) filter (where status = 'MET'), 0)::int as needs_met,
      coalesce(sum(sign * people) filter (where status = 'MET'), 0)::int as people_met,
      coalesce(sum(sign * people_answered) filter (where status = 'MET'), 0)::int as answered_met,
      coalesce(sum(sign) filter (where status = 'CLOSED'), 0)::int as needs_closed,
      coalesce(sum(sign * people) filter (where status = 'CLOSED'), 0)::int as people_closed,
      coalesce(sum(sign * people_answered) filter (where status = 'CLOSED'), 0)::int as answered_closed,
      coalesce(sum(sign) filter (where status = 'REJECTED'), 0)::int as needs_rejected,
      coalesce(sum(sign * people) filter (where status = 'REJECTED'), 0)::int as people_rejected,
      coalesce(sum(sign * people_answered) filter (where status = 'REJECTED'), 0)::int as answered_rejected
    from (select *, 1 as sign from inserted) change
    group by 1, 2, 3, 4
  ) m
  cross join lateral (values
    ('MONTH'::rollup_span, m.month), ('YEAR', date_trunc('year', m.month::timestamp)::date), ('ALL', date '0001-01-01')
  ) u(span, since)
  group by 1, 2, 3, 4, 5
  order by 1, 2, 3, 4, 5
  on conflict (span, since, municipality_id, field, origin) do update set
    needs = need_rollup.needs + excluded.needs,
    open_needs = need_rollup.open_needs + excluded.open_needs,
    people = need_rollup.people + excluded.people,
    open_people = need_rollup.open_people + excluded.open_people,
    answered = need_rollup.answered + excluded.answered,
    needs_s2 = need_rollup.needs_s2 + excluded.needs_s2,
    open_needs_s2 = need_rollup.open_needs_s2 + excluded.open_needs_s2,
    people_s2 = need_rollup.people_s2 + excluded.people_s2,
    open_people_s2 = need_rollup.open_people_s2 + excluded.open_people_s2,
    answered_s2 = need_rollup.answered_s2 + excluded.answered_s2,
    needs_s3 = need_rollup.needs_s3 + excluded.needs_s3,
    open_needs_s3 = need_rollup.open_needs_s3 + excluded.open_needs_s3,
    people_s3 = need_rollup.people_s3 + excluded.people_s3,
    open_people_s3 = need_rollup.open_people_s3 + excluded.open_people_s3,
    answered_s3 = need_rollup.answered_s3 + excluded.answered_s3,
    needs_s4 = need_rollup.needs_s4 + excluded.needs_s4,
    open_needs_s4 = need_rollup.open_needs_s4 + excluded.open_needs_s4,
    people_s4 = need_rollup.people_s4 + excluded.people_s4,
    open_people_s4 = need_rollup.open_people_s4 + excluded.open_people_s4,
    answered_s4 = need_rollup.answered_s4 + excluded.answered_s4,
    needs_s5 = need_rollup.needs_s5 + excluded.needs_s5,
    open_needs_s5 = need_rollup.open_needs_s5 + excluded.open_needs_s5,
    people_s5 = need_rollup.people_s5 + excluded.people_s5,
    open_people_s5 = need_rollup.open_people_s5 + excluded.open_people_s5,
    answered_s5 = need_rollup.answered_s5 + excluded.answered_s5,
    needs_reported = need_rollup.needs_reported + excluded.needs_reported,
    people_reported = need_rollup.people_reported + excluded.people_reported,
    answered_reported = need_rollup.answered_reported + excluded.answered_reported,
    needs_verified = need_rollup.needs_verified + excluded.needs_verified,
    people_verified = need_rollup.people_verified + excluded.people_verified,
    answered_verified = need_rollup.answered_verified + excluded.answered_verified,
    needs_assigned = need_rollup.needs_assigned + excluded.needs_assigned,
    people_assigned = need_rollup.people_assigned + excluded.people_assigned,
    answered_assigned = need_rollup.answered_assigned + excluded.answered_assigned,
    needs_in_progress = need_rollup.needs_in_progress + excluded.needs_in_progress,
    people_in_progress = need_rollup.people_in_progress + excluded.people_in_progress,
    answered_in_progress = need_rollup.answered_in_progress + excluded.answered_in_progress,
    needs_met = need_rollup.needs_met + excluded.needs_met,
    people_met = need_rollup.people_met + excluded.people_met,
    answered_met = need_rollup.answered_met + excluded.answered_met,
    needs_closed = need_rollup.needs_closed + excluded.needs_closed,
    people_closed = need_rollup.people_closed + excluded.people_closed,
    answered_closed = need_rollup.answered_closed + excluded.answered_closed,
    needs_rejected = need_rollup.needs_rejected + excluded.needs_rejected,
    people_rejected = need_rollup.people_rejected + excluded.people_rejected,
    answered_rejected = need_rollup.answered_rejected + excluded.answered_rejected;
  return null;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function need_rollup_on_update() returns trigger language plpgsql as $$
begin
  insert into need_rollup
  select u.span, u.since, m.municipality_id, m.field, m.origin,
    sum(needs)::int, sum(open_needs)::int, sum(people)::int, sum(open_people)::int, sum(answered)::int,
    sum(needs_s2)::int, sum(open_needs_s2)::int, sum(people_s2)::int, sum(open_people_s2)::int,
    sum(answered_s2)::int, sum(needs_s3)::int, sum(open_needs_s3)::int, sum(people_s3)::int,
    sum(open_people_s3)::int, sum(answered_s3)::int, sum(needs_s4)::int, sum(open_needs_s4)::int,
    sum(people_s4)::int, sum(open_people_s4)::int, sum(answered_s4)::int, sum(needs_s5)::int,
    sum(open_needs_s5)::int, sum(people_s5)::int, sum(open_people_s5)::int, sum(answered_s5)::int,
    sum(needs_reported)::int, sum(people_reported)::int, sum(answered_reported)::int,
    sum(needs_verified)::int, sum(people_verified)::int, sum(answered_verified)::int,
    sum(needs_assigned)::int, sum(people_assigned)::int, sum(answered_assigned)::int,
    sum(needs_in_progress)::int, sum(people_in_progress)::int, sum(answered_in_progress)::int,
    sum(needs_met)::int, sum(people_met)::int, sum(answered_met)::int, sum(needs_closed)::int,
    sum(people_closed)::int, sum(answered_closed)::int, sum(needs_rejected)::int,
    sum(people_rejected)::int, sum(answered_rejected)::int
  from (
    select date_trunc('month', reported_on::timestamp)::date as month, municipality_id, field, origin,
      coalesce(sum(sign), 0)::int as needs,
      coalesce(sum(sign) filter (where status <= 'IN_PROGRESS'), 0)::int as open_needs,
      coalesce(sum(sign * people), 0)::int as people,
      coalesce(sum(sign * people) filter (where status <= 'IN_PROGRESS'), 0)::int as open_people,
      coalesce(sum(sign * people_answered), 0)::int as answered,
      coalesce(sum(sign) filter (where severity >= 2), 0)::int as needs_s2,
      coalesce(sum(sign) filter (where severity >= 2 and status <= 'IN_PROGRESS'), 0)::int as open_needs_s2,
      coalesce(sum(sign * people) filter (where severity >= 2), 0)::int as people_s2,
      coalesce(sum(sign * people) filter (where severity >= 2 and status <= 'IN_PROGRESS'), 0)::int as open_people_s2,
      coalesce(sum(sign * people_answered) filter (where severity >= 2), 0)::int as answered_s2,
      coalesce(sum(sign) filter (where severity >= 3), 0)::int as needs_s3,
      coalesce(sum(sign) filter (where severity >= 3 and status <= 'IN_PROGRESS'), 0)::int as open_needs_s3,
      coalesce(sum(sign * people) filter (where severity >= 3), 0)::int as people_s3,
      coalesce(sum(sign * people) filter (where severity >= 3 and status <= 'IN_PROGRESS'), 0)::int as open_people_s3,
      coalesce(sum(sign * people_answered) filter (where severity >= 3), 0)::int as answered_s3,
      coalesce(sum(sign) filter (where severity >= 4), 0)::int as needs_s4,
      coalesce(sum(sign) filter (where severity >= 4 and status <= 'IN_PROGRESS'), 0)::int as open_needs_s4,
      coalesce(sum(sign * people) filter (where severity >= 4), 0)::int as people_s4,
      coalesce(sum(sign * people) filter (where severity >= 4 and status <= 'IN_PROGRESS'), 0)::int as open_people_s4,
      coalesce(sum(sign * people_answered) filter (where severity >= 4), 0)::int as answered_s4,
      coalesce(sum(sign) filter (where severity >= 5), 0)::int as needs_s5,
      coalesce(sum(sign) filter (where severity >= 5 and status <= 'IN_PROGRESS'), 0)::int as open_needs_s5,
      coalesce(sum(sign * people) filter (where severity >= 5), 0)::int as people_s5,
      coalesce(sum(sign * people) filter (where severity >= 5 and status <= 'IN_PROGRESS'), 0)::int as open_people_s5,
      coalesce(sum(sign * people_answered) filter (where severity >= 5), 0)::int as answered_s5,
      coalesce(sum(sign) filter (where status = 'REPORTED'), 0)::int as needs_reported,
      coalesce(sum(sign * people) filter (where status = 'REPORTED'), 0)::int as people_reported,
      coalesce(sum(sign * people_answered) filter (where status = 'REPORTED'), 0)::int as answered_reported,
      coalesce(sum(sign) filter (where status = 'VERIFIED'), 0)::int as needs_verified,
      coalesce(sum(sign * people) filter (where status = 'VERIFIED'), 0)::int as people_verified,
      coalesce(sum(sign * people_answered) filter (where status = 'VERIFIED'), 0)::int as answered_verified,
      coalesce(sum(sign) filter (where status = 'ASSIGNED'), 0)::int as needs_assigned,
      coalesce(sum(sign * people) filter (where status = 'ASSIGNED'), 0)::int as people_assigned,
      coalesce(sum(sign * people_answered) filter (where status = 'ASSIGNED'), 0)::int as answered_assigned,
      coalesce(sum(sign) filter (where status = 'IN_PROGRESS'), 0)::int as needs_in_progress,
      coalesce(sum(sign * people) filter (where status = 'IN_PROGRESS'), 0)::int as people_in_progress,
      coalesce(sum(sign * people_answered) filter (where status = 'IN_PROGRESS'), 0)::int as answered_in_progress,
      coalesce(sum(sign) filter (where status = 'MET'), 0)::int as needs_met,
      coalesce(sum(sign * people) filter (where status = 'MET'), 0)::int as people_met,
      coalesce(sum(sign * people_answered) filter (where status = 'MET'), 0)::int as answered_met,
      coalesce(sum(sign) filter (where status = 'CLOSED'), 0)::int as needs_closed,
      coalesce(sum(sign * people) filter (where status = 'CLOSED'), 0)::int as people_closed,
      coalesce(sum(sign * people_answered) filter (where status = 'CLOSED'), 0)::int as answered_closed,
      coalesce(sum(sign) filter (where status = 'REJECTED'), 0)::int as needs_rejected,
      coalesce(sum(sign * people) filter (where status = 'REJECTED'), 0)::int as people_rejected,
      coalesce(sum(sign * people_answered) filter (where status = 'REJECTED'), 0)::int as answered_rejected
    from (
      -- Only what counts: an edit of a summary touches no cell.
      (select reported_on, municipality_id, field, origin, status, severity, people, people_answered, 1 as sign from inserted
       except all
       select reported_on, municipality_id, field, origin, status, severity, people, people_answered, 1 from deleted)
      union all
      (select reported_on, municipality_id, field, origin, status, severity, people, people_answered, -1 from deleted
       except all
       select reported_on, municipality_id, field, origin, status, severity, people, people_answered, -1 from inserted)
    ) change
    group by 1, 2, 3, 4
  ) m
  cross join lateral (values
    ('MONTH'::rollup_span, m.month), ('YEAR', date_trunc('year', m.month::timestamp)::date), ('ALL', date '0001-01-01')
  ) u(span, since)
  group by 1, 2, 3, 4, 5
  order by 1, 2, 3, 4, 5
  on conflict (span, since, municipality_id, field, origin) do update set
    needs = need_rollup.needs + excluded.needs,
    open_needs = need_rollup.open_needs + excluded.open_needs,
    people = need_rollup.people + excluded.people,
    open_people = need_rollup.open_people + excluded.open_people,
    answered = need_rollup.answered + excluded.answered,
    needs_s2 = need_rollup.needs_s2 + excluded.needs_s2,
    open_needs_s2 = need_rollup.open_needs_s2 + excluded.open_needs_s2,
    people_s2 = need_rollup.people_s2 + excluded.people_s2,
    open_people_s2 = need_rollup.open_people_s2 + excluded.open_people_s2,
    answered_s2 = need_rollup.answered_s2 + excluded.answered_s2,
    needs_s3 = need_rollup.needs_s3 + excluded.needs_s3,
    open_needs_s3 = need_rollup.open_needs_s3 + excluded.open_needs_s3,
    people_s3 = need_rollup.people_s3 + excluded.people_s3,
    open_people_s3 = need_rollup.open_people_s3 + excluded.open_people_s3,
    answered_s3 = need_rollup.answered_s3 + excluded.answered_s3,
    needs_s4 = need_rollup.needs_s4 + excluded.needs_s4,
    open_needs_s4 = need_rollup.open_needs_s4 + excluded.open_needs_s4,
    people_s4 = need_rollup.people_s4 + excluded.people_s4,
    open_people_s4 = need_rollup.open_people_s4 + excluded.open_people_s4,
    answered_s4 = need_rollup.answered_s4 + excluded.answered_s4,
    needs_s5 = need_rollup.needs_s5 + excluded.needs_s5,
    open_needs_s5 = need_rollup.open_needs_s5 + excluded.open_needs_s5,
    people_s5 = need_rollup.people_s5 + excluded.people_s5,
    open_people_s5 = need_rollup.open_people_s5 + excluded.open_people_s5,
    answered_s5 = need_rollup.answered_s5 + excluded.answered_s5,
    needs_reported = need_rollup.needs_reported + excluded.needs_reported,
    people_reported = need_rollup.people_reported + excluded.people_reported,
    answered_reported = need_rollup.answered_reported + excluded.answered_reported,
    needs_verified = need_rollup.needs_verified + excluded.needs_verified,
    people_verified = need_rollup.people_verified + excluded.people_verified,
    answered_verified = need_rollup.answered_verified + excluded.answered_verified,
    needs_assigned = need_rollup.needs_assigned + excluded.needs_assigned,
    people_assigned = need_rollup.people_assigned + excluded.people_assigned,
    answered_assigned = need_rollup.answered_assigned + excluded.answered_assigned,
    needs_in_progress = need_rollup.needs_in_progress + excluded.needs_in_progress,
    people_in_progress = need_rollup.people_in_progress + excluded.people_in_progress,
    answered_in_progress = need_rollup.answered_in_progress + excluded.answered_in_progress,
    needs_met = need_rollup.needs_met + excluded.needs_met,
    people_met = need_rollup.people_met + excluded.people_met,
    answered_met = need_rollup.answered_met + excluded.answered_met,
    needs_closed = need_rollup.needs_closed + excluded.needs_closed,
    people_closed = need_rollup.people_closed + excluded.people_closed,
    answered_closed = need_rollup.answered_closed + excluded.answered_closed,
    needs_rejected = need_rollup.needs_rejected + excluded.needs_rejected,
    people_rejected = need_rollup.people_rejected + excluded.people_rejected,
    answered_rejected = need_rollup.answered_rejected + excluded.answered_rejected;
  return null;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function need_rollup_on_delete() returns trigger language plpgsql as $$
begin
  insert into need_rollup
  select u.span, u.since, m.municipality_id, m.field, m.origin,
    sum(needs)::int, sum(open_needs)::int, sum(people)::int, sum(open_people)::int, sum(answered)::int,
    sum(needs_s2)::int, sum(open_needs_s2)::int, sum(people_s2)::int, sum(open_people_s2)::int,
    sum(answered_s2)::int, sum(needs_s3)::int, sum(open_needs_s3)::int, sum(people_s3)::int,
    sum(open_people_s3)::int, sum(answered_s3)::int, sum(needs_s4)::int, sum(open_needs_s4)::int,
    sum(people_s4)::int, sum(open_people_s4)::int, sum(answered_s4)::int, sum(needs_s5)::int,
    sum(open_needs_s5)::int, sum(people_s5)::int, sum(open_people_s5)::int, sum(answered_s5)::int,
    sum(needs_reported)::int, sum(people_reported)::int, sum(answered_reported)::int,
    sum(needs_verified)::int, sum(people_verified)::int, sum(answered_verified)::int,
    sum(needs_assigned)::int, sum(people_assigned)::int, sum(answered_assigned)::int,
    sum(needs_in_progress)::int, sum(people_in_progress)::int, sum(answered_in_progress)::int,
    sum(needs_met)::int, sum(people_met)::int, sum(answered_met)::int, sum(needs_closed)::int,
    sum(people_closed)::int, sum(answered_closed)::int, sum(needs_rejected)::int,
    sum(people_rejected)::int, sum(answered_rejected)::int
  from (
    select date_trunc('month', reported_on::timestamp)::date as month, municipality_id, field, origin,
      coalesce(sum(sign), 0)::int as needs,
      coalesce(sum(sign) filter (where status <= 'IN_PROGRESS'), 0)::int as open_needs,
      coalesce(sum(sign * people), 0)::int as people,
      coalesce(sum(sign * people) filter (where status <= 'IN_PROGRESS'), 0)::int as open_people,
      coalesce(sum(sign * people_answered), 0)::int as answered,
      coalesce(sum(sign) filter (where severity >= 2), 0)::int as needs_s2,
      coalesce(sum(sign) filter (where severity >= 2 and status <= 'IN_PROGRESS'), 0)::int as open_needs_s2,
      coalesce(sum(sign * people) filter (where severity >= 2), 0)::int as people_s2,
      coalesce(sum(sign * people) filter (where severity >= 2 and status <= 'IN_PROGRESS'), 0)::int as open_people_s2,
      coalesce(sum(sign * people_answered) filter (where severity >= 2), 0)::int as answered_s2,
      coalesce(sum(sign) filter (where severity >= 3), 0)::int as needs_s3,
      coalesce(sum(sign) filter (where severity >= 3 and status <= 'IN_PROGRESS'), 0)::int as open_needs_s3,
      coalesce(sum(sign * people) filter (where severity >= 3), 0)::int as people_s3,
      coalesce(sum(sign * people) filter (where severity >= 3 and status <= 'IN_PROGRESS'), 0)::int as open_people_s3,
      coalesce(sum(sign * people_answered) filter (where severity >= 3), 0)::int as answered_s3,
      coalesce(sum(sign) filter (where severity >= 4), 0)::int as needs_s4,
      coalesce(sum(sign) filter (where severity >= 4 and status <= 'IN_PROGRESS'), 0)::int as open_needs_s4,
      coalesce(sum(sign * people) filter (where severity >= 4), 0)::int as people_s4,
      coalesce(sum(sign * people) filter (where severity >= 4 and status <= 'IN_PROGRESS'), 0)::int as open_people_s4,
      coalesce(sum(sign * people_answered) filter (where severity >= 4), 0)::int as answered_s4,
      coalesce(sum(sign) filter (where severity >= 5), 0)::int as needs_s5,
      coalesce(sum(sign) filter (where severity >= 5 and status <= 'IN_PROGRESS'), 0)::int as open_needs_s5,
      coalesce(sum(sign * people) filter (where severity >= 5), 0)::int as people_s5,
      coalesce(sum(sign * people) filter (where severity >= 5 and status <= 'IN_PROGRESS'), 0)::int as open_people_s5,
      coalesce(sum(sign * people_answered) filter (where severity >= 5), 0)::int as answered_s5,
      coalesce(sum(sign) filter (where status = 'REPORTED'), 0)::int as needs_reported,
      coalesce(sum(sign * people) filter (where status = 'REPORTED'), 0)::int as people_reported,
      coalesce(sum(sign * people_answered) filter (where status = 'REPORTED'), 0)::int as answered_reported,
      coalesce(sum(sign) filter (where status = 'VERIFIED'), 0)::int as needs_verified,
      coalesce(sum(sign * people) filter (where status = 'VERIFIED'), 0)::int as people_verified,
      coalesce(sum(sign * people_answered) filter (where status = 'VERIFIED'), 0)::int as answered_verified,
      coalesce(sum(sign) filter (where status = 'ASSIGNED'), 0)::int as needs_assigned,
      coalesce(sum(sign * people) filter (where status = 'ASSIGNED'), 0)::int as people_assigned,
      coalesce(sum(sign * people_answered) filter (where status = 'ASSIGNED'), 0)::int as answered_assigned,
      coalesce(sum(sign) filter (where status = 'IN_PROGRESS'), 0)::int as needs_in_progress,
      coalesce(sum(sign * people) filter (where status = 'IN_PROGRESS'), 0)::int as people_in_progress,
      coalesce(sum(sign * people_answered) filter (where status = 'IN_PROGRESS'), 0)::int as answered_in_progress,
      coalesce(sum(sign) filter (where status = 'MET'), 0)::int as needs_met,
      coalesce(sum(sign * people) filter (where status = 'MET'), 0)::int as people_met,
      coalesce(sum(sign * people_answered) filter (where status = 'MET'), 0)::int as answered_met,
      coalesce(sum(sign) filter (where status = 'CLOSED'), 0)::int as needs_closed,
      coalesce(sum(sign * people) filter (where status = 'CLOSED'), 0)::int as people_closed,
      coalesce(sum(sign * people_answered) filter (where status = 'CLOSED'), 0)::int as answered_closed,
      coalesce(sum(sign) filter (where status = 'REJECTED'), 0)::int as needs_rejected,
      coalesce(sum(sign * people) filter (where status = 'REJECTED'), 0)::int as people_rejected,
      coalesce(sum(sign * people_answered) filter (where status = 'REJECTED'), 0)::int as answered_rejected
    from (select *, -1 as sign from deleted) change
    group by 1, 2, 3, 4
  ) m
  cross join lateral (values
    ('MONTH'::rollup_span, m.month), ('YEAR', date_trunc('year', m.month::timestamp)::date), ('ALL', date '0001-01-01')
  ) u(span, since)
  group by 1, 2, 3, 4, 5
  order by 1, 2, 3, 4, 5
  on conflict (span, since, municipality_id, field, origin) do update set
    needs = need_rollup.needs + excluded.needs,
    open_needs = need_rollup.open_needs + excluded.open_needs,
    people = need_rollup.people + excluded.people,
    open_people = need_rollup.open_people + excluded.open_people,
    answered = need_rollup.answered + excluded.answered,
    needs_s2 = need_rollup.needs_s2 + excluded.needs_s2,
    open_needs_s2 = need_rollup.open_needs_s2 + excluded.open_needs_s2,
    people_s2 = need_rollup.people_s2 + excluded.people_s2,
    open_people_s2 = need_rollup.open_people_s2 + excluded.open_people_s2,
    answered_s2 = need_rollup.answered_s2 + excluded.answered_s2,
    needs_s3 = need_rollup.needs_s3 + excluded.needs_s3,
    open_needs_s3 = need_rollup.open_needs_s3 + excluded.open_needs_s3,
    people_s3 = need_rollup.people_s3 + excluded.people_s3,
    open_people_s3 = need_rollup.open_people_s3 + excluded.open_people_s3,
    answered_s3 = need_rollup.answered_s3 + excluded.answered_s3,
    needs_s4 = need_rollup.needs_s4 + excluded.needs_s4,
    open_needs_s4 = need_rollup.open_needs_s4 + excluded.open_needs_s4,
    people_s4 = need_rollup.people_s4 + excluded.people_s4,
    open_people_s4 = need_rollup.open_people_s4 + excluded.open_people_s4,
    answered_s4 = need_rollup.answered_s4 + excluded.answered_s4,
    needs_s5 = need_rollup.needs_s5 + excluded.needs_s5,
    open_needs_s5 = need_rollup.open_needs_s5 + excluded.open_needs_s5,
    people_s5 = need_rollup.people_s5 + excluded.people_s5,
    open_people_s5 = need_rollup.open_people_s5 + excluded.open_people_s5,
    answered_s5 = need_rollup.answered_s5 + excluded.answered_s5,
    needs_reported = need_rollup.needs_reported + excluded.needs_reported,
    people_reported = need_rollup.people_reported + excluded.people_reported,
    answered_reported = need_rollup.answered_reported + excluded.answered_reported,
    needs_verified = need_rollup.needs_verified + excluded.needs_verified,
    people_verified = need_rollup.people_verified + excluded.people_verified,
    answered_verified = need_rollup.answered_verified + excluded.answered_verified,
    needs_assigned = need_rollup.needs_assigned + excluded.needs_assigned,
    people_assigned = need_rollup.people_assigned + excluded.people_assigned,
    answered_assigned = need_rollup.answered_assigned + excluded.answered_assigned,
    needs_in_progress = need_rollup.needs_in_progress + excluded.needs_in_progress,
    people_in_progress = need_rollup.people_in_progress + excluded.people_in_progress,
    answered_in_progress = need_rollup.answered_in_progress + excluded.answered_in_progress,
    needs_met = need_rollup.needs_met + excluded.needs_met,
    people_met = need_rollup.people_met + excluded.people_met,
    answered_met = need_rollup.answered_met + excluded.answered_met,
    needs_closed = need_rollup.needs_closed + excluded.needs_closed,
    people_closed = need_rollup.people_closed + excluded.people_closed,
    answered_closed = need_rollup.answered_closed + excluded.answered_closed,
    needs_rejected = need_rollup.needs_rejected + excluded.needs_rejected,
    people_rejected = need_rollup.people_rejected + excluded.people_rejected,
    answered_rejected = need_rollup.answered_rejected + excluded.answered_rejected;
  return null;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function need_rollup_on_truncate() returns trigger language plpgsql as $$
begin
  truncate need_rollup;
  return null;
end $$;
-- +goose StatementEnd

create trigger need_rollup_insert after insert on need
  referencing new table as inserted for each statement execute function need_rollup_on_insert();
create trigger need_rollup_update after update on need
  referencing new table as inserted old table as deleted for each statement execute function need_rollup_on_update();
create trigger need_rollup_delete after delete on need
  referencing old table as deleted for each statement execute function need_rollup_on_delete();
create trigger need_rollup_truncate after truncate on need
  for each statement execute function need_rollup_on_truncate();

-- For imports, which switch the triggers off and count once at their end.
-- +goose StatementBegin
create function need_rollup_rebuild() returns void language sql as $$
  delete from need_rollup;
  insert into need_rollup select * from need_rollup_expected order by span, since, municipality_id, field, origin;
$$;
-- +goose StatementEnd

-- +goose Down
drop trigger need_rollup_insert on need;
drop trigger need_rollup_update on need;
drop trigger need_rollup_delete on need;
drop trigger need_rollup_truncate on need;
drop function need_rollup_rebuild, need_rollup_on_truncate, need_rollup_on_delete, need_rollup_on_update,
  need_rollup_on_insert;
drop view need_rollup_expected;
drop table need_rollup;
drop type rollup_span;
