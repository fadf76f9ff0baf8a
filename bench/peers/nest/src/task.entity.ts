import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm'

@Entity('tasks')
export class TaskEntity {
  @PrimaryGeneratedColumn('uuid')
  id: string

  @Column('uuid', { name: 'user_id', select: false })
  userId: string

  @Column('varchar', { length: 200 })
  title: string

  @Column('varchar', { length: 2000, nullable: true })
  description: string | null

  @Column('boolean', { default: false })
  completed: boolean

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date

  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date

  @Column('boolean', { name: 'is_deleted', default: false, select: false })
  isDeleted: boolean
}
